using System.CommandLine;
using System.Text.Json;
using RerankFunctions.Cli.Lines;

namespace RerankFunctions.Cli.Commands;

/// <summary>Options that become fields of requests.</summary>
internal static class RequestOptions
{
    // The first priority of bulk work: jobs of a file must not keep those waiting behind which somebody sits.
    private const int BulkPriority = 500;

    private static readonly Option<int?> Top = Ranges.Limit(
        new Option<int?>("--top") { Description = "Number of results; all by default", HelpName = "N" }, 1, int.MaxValue);

    private static readonly Option<string?> Instruction = new("--instruction")
    {
        Description = "Instruction of the prompt, for models that take one",
        HelpName = "TEXT",
    };

    private static readonly Option<bool> RawScores = new("--raw-scores") { Description = "Scores are logits instead of numbers from 0 to 1" };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(Top);
        command.Options.Add(Instruction);
        command.Options.Add(RawScores);
    }

    /// <summary>Reads the fields that requests get which do not have them.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="model">The model; null to leave it to the service.</param>
    /// <param name="isBulk">Whether the jobs come after those of people who wait.</param>
    public static RequestDefaults Read(Invocation invocation, string? model, bool isBulk)
    {
        var fields = new List<KeyValuePair<string, string>>();
        Add("model", model is null ? null : Quote(model));
        Add("instruction", invocation.Get(Instruction) is { } instruction ? Quote(instruction) : null);
        Add("top_n", invocation.Get(Top)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add("raw_scores", invocation.Get(RawScores) ? "true" : null);
        Add("priority", isBulk ? BulkPriority.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        return new RequestDefaults(fields);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                fields.Add(new KeyValuePair<string, string>(name, value));
            }
        }
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
