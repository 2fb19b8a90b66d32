using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Causal;
using RerankFunctions.Inference.Models;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Scoring;
using RerankFunctions.Tokenizers;

namespace RerankFunctions.Benchmarks;

/// <summary>
/// One job on a causal model three ways, in turns: the export as it is in one padded batch, with the head cut, and with the shared prefix as well.
/// Peak memory is taken in a process of its own for each: resident memory at its highest during the job, less that after load and one warm-up run.
/// </summary>
internal static class CausalBenchmark
{
    private const string Query = "which rivers flow through the old town and where do they meet";
    private static readonly string[] Words = ["river", "stone", "bridge", "market", "window", "garden", "letter", "winter", "harbour", "music"];
    private static readonly string[] Variants = ["plain", "cut", "shared"];

    public static int Run(string[] args)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            options[args[i]] = args[i + 1];
        }

        if (!options.TryGetValue("--model", out var model))
        {
            Console.Error.WriteLine("causal: --model FOLDER is missing");
            return 2;
        }

        var dtype = options.GetValueOrDefault("--dtype", "auto");
        var job = (Documents: Number(options, "--documents", 32), Tokens: Number(options, "--tokens", 32), BatchTokens: Number(options, "--batch-tokens", 512));
        if (options.TryGetValue("--peak", out var variant))
        {
            Peak(model, dtype, variant, job);
            return 0;
        }

        Time(model, dtype, Number(options, "--repeats", 3), job);
        foreach (var each in Variants)
        {
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["causal", .. args, "--peak", each]))!;
            child.WaitForExit();
        }

        return 0;
    }

    private static int Number(Dictionary<string, string> options, string name, int fallback) =>
        options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;

    private static void Time(string model, string dtype, int repeats, (int Documents, int Tokens, int BatchTokens) job)
    {
        using var plain = Load(model, dtype, new CausalFeatures(CutHead: false, SharePrefix: false), out var tokenizer);
        using var rewritten = Load(model, dtype, new CausalFeatures(), out _);
        var request = Request(tokenizer, job.Documents, job.Tokens);
        var seconds = Variants.ToDictionary(variant => variant, _ => new List<double>());
        var logits = new Dictionary<string, float[]>();
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            foreach (var variant in Variants)
            {
                var started = Stopwatch.GetTimestamp();
                logits[variant] = Score(variant == "plain" ? plain : rewritten, variant, request, job.BatchTokens);
                seconds[variant].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                Console.WriteLine(FormattableString.Invariant($"{variant}: {seconds[variant][^1]:0.00} s, largest difference from plain {Worst(logits["plain"], logits[variant]):0.0E+0}"));
            }
        }

        using var shared = rewritten.Encode(request, CancellationToken.None);
        var common = ((CausalJob)shared).SharedLength;
        var rest = Enumerable.Range(0, shared.Count).Average(shared.LengthOf);
        var bound = (common + rest) / rest;
        var median = Variants.ToDictionary(variant => variant, variant => seconds[variant].Order().ElementAt(repeats / 2));
        Console.WriteLine(FormattableString.Invariant($"prefix {common} tokens, rest {rest:0.0} a document; medians: plain {median["plain"]:0.00} s, cut {median["cut"]:0.00} s, shared {median["shared"]:0.00} s"));
        Console.WriteLine(FormattableString.Invariant(
            $"shared is {median["plain"] / median["shared"]:0.00} x plain, {median["cut"] / median["shared"]:0.00} x cut = {median["cut"] / median["shared"] / bound:0.00} of the bound {bound:0.00}"));
    }

    private static void Peak(string model, string dtype, string variant, (int Documents, int Tokens, int BatchTokens) job)
    {
        var features = variant == "plain" ? new CausalFeatures(CutHead: false, SharePrefix: false) : new CausalFeatures();
        using var family = Load(model, dtype, features, out var tokenizer);
        Score(family, variant, Request(tokenizer, 2, 4), job.BatchTokens);
        GC.Collect();
        var before = Resident("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5");
        Score(family, variant, Request(tokenizer, job.Documents, job.Tokens), job.BatchTokens);
        var peak = Resident("VmHWM");
        Console.WriteLine(FormattableString.Invariant($"{variant}: peak {peak - before} MB beside the {before} MB after load"));
    }

    private static long Resident(string name) =>
        long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;

    private static CausalFamily Load(string model, string dtype, CausalFeatures features, out HuggingFaceTokenizer tokenizer)
    {
        var context = ModelLoadContext.Create(ModelFolder.Open(model, dtype, "cpu"), SessionSource.Create("cpu", 0, NullLogger.Instance), NullLogger.Instance);
        tokenizer = context.Tokenizer;
        return CausalFamily.Load(context, features);
    }

    private static float[] Score(CausalFamily family, string variant, ScoringRequest request, int batchTokens)
    {
        using var job = variant == "shared" ? family.Encode(request, CancellationToken.None) : family.EncodeApart(request);
        var lengths = Enumerable.Range(0, job.Count).Select(job.LengthOf).ToArray();
        var plan = variant == "plain" ? MicroBatchPlan.Form(lengths, int.MaxValue, int.MaxValue) : MicroBatchPlan.Form(lengths, batchTokens, 64);
        var logits = new float[job.Count];
        for (var i = 0; i < plan.Count; i++)
        {
            var scores = new float[plan[i].Length];
            family.Score(job, plan[i], scores, CancellationToken.None);
            for (var pair = 0; pair < scores.Length; pair++)
            {
                logits[plan[i][pair]] = scores[pair];
            }
        }

        return logits;
    }

    private static ScoringRequest Request(HuggingFaceTokenizer tokenizer, int documents, int tokens)
    {
        var texts = new string[documents];
        using var ids = new TokenBuffer();
        for (var i = 0; i < documents; i++)
        {
            for (var word = 0; ids.Count < tokens; word++)
            {
                texts[i] = $"{texts[i]} {Words[(i + (word * (1 + (i % 7)))) % Words.Length]}";
                ids.Clear();
                tokenizer.Encode(texts[i], TextMode.UserText, ids);
            }

            ids.Clear();
        }

        return new ScoringRequest(Query, texts);
    }

    private static double Worst(float[] left, float[] right) => left.Zip(right).Max(pair => Math.Abs((double)pair.First - pair.Second));
}
