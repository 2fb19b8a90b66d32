using Microsoft.Extensions.Logging.Abstractions;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Sessions;
using RerankFunctions.Tokenizers;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>A model without an engine: it runs given micro-batches one after the other. Jobs are tokenized before the clock starts.</summary>
internal sealed class BareSession : IDisposable
{
    private static readonly int[] Budgets = [128, 256, 512];

    private readonly IModelFamily _family;
    private readonly MicroBatch _batch;

    private BareSession(IModelFamily family, HuggingFaceTokenizer tokenizer)
    {
        _family = family;
        _batch = family.CreateMicroBatch();
        Tokenizer = tokenizer;
    }

    /// <summary>The model's tokenizer.</summary>
    public HuggingFaceTokenizer Tokenizer { get; }

    /// <summary>Loads a model folder.</summary>
    public static BareSession Load(string folder, int threads)
    {
        var context = ContextOf(folder, threads);
        return new BareSession(ModelFamilies.Load(context), context.Tokenizer);
    }

    /// <summary>Opens a model folder for a family to load.</summary>
    public static ModelLoadContext ContextOf(string folder, int threads) => ModelLoadContext.Create(
        ModelFolder.Open(folder, new WeightRequest("auto", Device.Cpu)),
        SessionSource.Create(Device.Cpu, threads, NullLogger.Instance),
        NullLogger.Instance);

    /// <summary>Creates the ways that sort the pairs of all jobs by length; the best of them is the ceiling.</summary>
    public Way[] CeilingOf(IReadOnlyList<ScoringRequest> jobs) =>
        [.. Budgets.Select(budget => WayOf($"ceiling ({budget} tokens)", jobs, encoded => PairBatches.Sorted(encoded, budget)))];

    /// <summary>Creates the way that runs jobs in given micro-batches.</summary>
    public Way WayOf(string name, IReadOnlyList<ScoringRequest> jobs, Func<IReadOnlyList<EncodedJob>, PairBatches> batchesOf)
    {
        Way? way = null;
        way = new Way(name, async _ =>
        {
            // Anew in each round: a causal job keeps the keys and values of its prefix.
            var encoded = jobs.Select(job => _family.Encode(job, CancellationToken.None)).ToList();
            var batches = batchesOf(encoded);
            way!.CellsPerToken = batches.CellsPerToken;
            var cost = await Cost.OfAsync(() => Task.Run(() => batches.Run(_batch)));
            encoded.ForEach(job => job.Dispose());
            return cost;
        });
        return way;
    }

    /// <summary>Returns the number of tokens of jobs.</summary>
    public long TokensOf(IReadOnlyList<ScoringRequest> jobs) => jobs.Sum(request =>
    {
        using var job = _family.Encode(request, CancellationToken.None);
        return Enumerable.Range(0, job.Count).Sum(job.LengthOf) + (long)job.Prefix.Length;
    });

    public void Dispose() => _family.Dispose();
}
