using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace RerankFunctions.Benchmarks.Tokenizing;

/// <summary>
/// Tokens a second of the tokenizers beside Hugging Face's Rust library on the same texts, measured before and after; of both the best pass
/// counts. The library comes from the npm package <c>tokenizers</c>, found through <c>NODE_PATH</c>; without it the table has no ratio.
/// </summary>
internal static class TokenizerBenchmark
{
    public static int Run()
    {
        var before = TokenizerCorpus.Vocabularies.ToDictionary(name => name, MeasureHuggingFace);
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithStrategy(RunStrategy.Monitoring).WithWarmupCount(5).WithIterationCount(25))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance);
        var summary = BenchmarkRunner.Run<TokenizerMeasurements>(config);

        Console.WriteLine("| vocabulary | tokens/s | B/token | Hugging Face tokens/s | ratio | 80,000-letter word | load |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var vocabulary in TokenizerCorpus.Vocabularies)
        {
            var measurements = new TokenizerMeasurements { Vocabulary = vocabulary };
            measurements.Load();
            var tokens = measurements.Corpus();
            var corpus = Report(summary, vocabulary, nameof(TokenizerMeasurements.Corpus));
            var rate = tokens / (corpus.ResultStatistics!.Min / 1e9);
            var bytes = (double)(corpus.GcStats.GetBytesAllocatedPerOperation(corpus.BenchmarkCase) ?? 0) / tokens;
            var other = before[vocabulary] is { } first && MeasureHuggingFace(vocabulary) is { } second ? Math.Max(first, second) : (double?)null;
            var longWord = Milliseconds(summary, vocabulary, nameof(TokenizerMeasurements.LongWord));
            var load = Milliseconds(summary, vocabulary, nameof(TokenizerMeasurements.LoadVocabulary));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {vocabulary} | {rate / 1e6:F2} M | {bytes:F4} | {Millions(other)} | {rate / other:F1} | {longWord} | {load} |"));
        }

        return 0;
    }

    private static string Millions(double? rate) => rate is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:F2} M") : "";

    private static string Milliseconds(Summary summary, string vocabulary, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{Report(summary, vocabulary, name).ResultStatistics!.Min / 1e6:F1} ms");

    private static BenchmarkReport Report(Summary summary, string vocabulary, string name) =>
        summary.Reports.Single(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == name
            && report.BenchmarkCase.Parameters[nameof(TokenizerMeasurements.Vocabulary)].ToString() == vocabulary);

    private static double? MeasureHuggingFace(string vocabulary)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "huggingface.mjs");
        string[] arguments = [script, TokenizerCorpus.PathOf($"{vocabulary}.tokenizer.json.gz"), TokenizerCorpus.PathOf("goldens/qwen3.udhr.jsonl.gz")];
        var start = new ProcessStartInfo("node", arguments)
        {
            RedirectStandardOutput = true,
            Environment = { ["TOKENIZERS_PARALLELISM"] = "false" },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture) : null;
    }
}
