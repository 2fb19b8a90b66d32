using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.Runs;

/// <summary>
/// Memory of the engine while it scores many pairs of random lengths, with documents of 100,000 characters and of 10 MB among them. Kept scores take
/// memory up to their limit, so they are off unless <c>--keep-scores</c> is <c>yes</c>.
/// </summary>
internal static class MemoryBenchmark
{
    private const int Documents = 50;
    private const int Clients = 8;
    private const int Reports = 20;
    private const int LongEvery = 40;
    private const int HugeEvery = 400;
    private const int LongCharacters = 100_000;
    private const int HugeCharacters = 10_000_000;
    private const int Megabyte = 1_000_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new BenchmarkOptions(args);
        if (options.Text("--model") is not { } model)
        {
            Console.Error.WriteLine("memory: --model FOLDER is missing");
            return 2;
        }

        var threads = options.Number("--threads", 1);
        var jobs = options.Number("--pairs", 200_000) / Documents;
        var texts = new TextGenerator(BareSession.ContextOf(model, threads).Tokenizer, seed: 1);
        var longText = string.Join(' ', Enumerable.Range(0, LongCharacters / 12).Select(_ => texts.NextQuery()))[..LongCharacters];
        var hugeText = string.Concat(Enumerable.Repeat(longText, HugeCharacters / LongCharacters));
        await using var host = await EngineHost.StartAsync(model, threads, keepsScores: options.Text("--keep-scores") == "yes");
        Console.WriteLine("| pairs | anonymous memory, MB | managed heap after its last collection, MB |");
        Console.WriteLine("| --- | --- | --- |");
        var perReport = Math.Max(1, jobs / Reports);
        for (var done = 0; done < jobs; done += perReport)
        {
            var first = done;
            await host.ScoreByClientsAsync(Enumerable.Range(first, Math.Min(perReport, jobs - first)).Select(JobOf), Clients);
            Console.WriteLine(FormattableString.Invariant(
                $"| {(first + perReport) * Documents} | {ResidentMemory.AnonymousMegabytes()} | {GC.GetGCMemoryInfo().HeapSizeBytes / Megabyte} |"));
        }

        return 0;

        // The enumerator of a parallel loop is read by one thread at a time.
        ScoringRequest JobOf(int number)
        {
            var job = texts.NextJob(Documents);
            var added = number % HugeEvery == HugeEvery / 2 ? hugeText : number % LongEvery == 0 ? longText : null;
            return added is null ? job : job with { Documents = [.. job.Documents.Skip(1), added] };
        }
    }
}
