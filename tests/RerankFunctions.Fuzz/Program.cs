using System.Globalization;
using RerankFunctions.Fuzz;

// fuzz [--cases N] [--seed S] [--only texts|tokenizers|folders|graphs|safetensors|configs|growth|inputs] [--case I]
// Runs N cases of every target, in child processes; the exit code is 1 when a case failed.
var options = new Dictionary<string, string>(StringComparer.Ordinal);
for (var i = 0; i + 1 < args.Length; i += 2)
{
    options[args[i]] = args[i + 1];
}

var unknown = options.Keys.Except(["--cases", "--seed", "--only", "--case", "--child"], StringComparer.Ordinal).ToList();
if (args.Length % 2 == 1 || unknown.Count > 0)
{
    Console.Error.WriteLine("fuzz [--cases N] [--seed S] [--only texts|tokenizers|folders|graphs|safetensors|configs|growth|inputs] [--case I]");
    return 2;
}

var seed = Number("--seed", 1);
var targets = options.TryGetValue("--only", out var only) ? [only] : FuzzTargets.Names;
if (options.ContainsKey("--child"))
{
    return Child.Run(targets[0], seed, Number("--child", 0), Number("--cases", 1));
}

var failed = 0;
foreach (var target in targets)
{
    var campaign = new Campaign(target, seed);
    failed += options.ContainsKey("--case")
        ? await campaign.RunAsync(Number("--case", 0), 1)
        : await campaign.RunAsync(0, Number("--cases", 10_000));
}

return failed == 0 ? 0 : 1;

int Number(string name, int otherwise) =>
    options.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
