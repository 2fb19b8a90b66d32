using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Families.Causal;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>A causal model with the prefix of each job computed once, beside the same pairs with the prefix in each row.</summary>
internal static class PrefixRows
{
    private const int Budget = 512;
    private const int MaxJobs = 10;

    /// <summary>The causal model in the repository: too small to show the gain, but it runs everywhere.</summary>
    private static readonly string SmallModel = Path.Combine(Repository.Root, "tests", "RerankFunctions.Tests", "Models", "qwen3-past-tiny");

    public static async Task<IReadOnlyList<Row>> MeasureAsync(EngineSetup setup)
    {
        if (!setup.Options.HasRow("prefix"))
        {
            return [];
        }

        var folder = setup.Options.Text("--causal-model") ?? SmallModel;
        var context = BareSession.ContextOf(folder, setup.Threads);
        using var family = CausalFamily.Load(context);
        var texts = new TextGenerator(context.Tokenizer, seed: 3);
        var jobs = Enumerable.Range(0, Math.Min(MaxJobs, setup.Options.Number("--causal-jobs", MaxJobs))).Select(_ => texts.NextJob(10)).ToList();
        var shared = WayOf("shared prefix", family, request => family.Encode(request, CancellationToken.None), jobs);
        var apart = WayOf("prefix in each row", family, family.EncodeApart, jobs);
        await Way.AlternateAsync([shared, apart], setup.Rounds);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        return [Row.OfRates("prefix", shared, apart) with { Measured = FormattableString.Invariant($"shared prefix, {name}, {jobs.Count} jobs of 10") }];
    }

    private static Way WayOf(string name, CausalFamily family, Func<ScoringRequest, EncodedJob> encode, List<ScoringRequest> requests)
    {
        var batch = family.CreateMicroBatch();
        return new Way(name, async _ =>
        {
            var jobs = requests.ConvertAll(request => encode(request));
            var batches = PairBatches.Sorted(jobs, Budget);
            var cost = await Cost.OfAsync(() => Task.Run(() => batches.Run(batch)));
            jobs.ForEach(job => job.Dispose());
            return cost;
        });
    }
}
