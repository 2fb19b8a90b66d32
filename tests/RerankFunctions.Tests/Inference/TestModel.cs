using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Families.CrossEncoder;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Scoring;
using RerankFunctions.Inference.Serving;
using RerankFunctions.Inference.Sessions;
using RerankFunctions.Inference.Telemetry;
using RerankFunctions.Tests.Inference.Loading;
using RerankFunctions.Tests.Support;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Inference;

/// <summary>Models as tests load them: on the CPU, on one thread.</summary>
internal static class TestModel
{
    /// <summary>The demo model, copied beside the tests.</summary>
    public static string Demo => Path.Combine(AppContext.BaseDirectory, "models", "demo");

    /// <summary>A model that is in the repository, of random weights.</summary>
    public static string Own(string name) => Path.Combine(AppContext.BaseDirectory, "Models", name);

    public static string Shared(string name) => SharedMaterial.PathOf(Path.Combine("models", name));

    public static ModelLoadContext Context(string folder, string dtype = "auto") =>
        ModelLoadContext.Create(
            ModelFolder.Open(folder, new WeightRequest(dtype, Device.Cpu)), SessionSource.Create(Device.Cpu, 1, NullLogger.Instance), NullLogger.Instance);

    public static IModelFamily Load(string folder, string dtype = "auto") => ModelFamilies.Load(Context(folder, dtype));

    public static Reranker Reranker(string folder, ScoringOptions? scoring = null) =>
        Reranker(new LoaderTwin(_ => Task.FromResult(Load(folder))), scoring: scoring);

    public static Reranker Reranker(
        IModelLoader loader,
        TimeProvider? time = null,
        ScoringOptions? scoring = null,
        long cacheBytes = 0,
        ISharedScores? shared = null,
        EngineInstruments? metrics = null,
        ModelCatalog? models = null,
        ModelOptions? options = null,
        ILogger<ResidentModels>? logger = null)
    {
        var cache = new ScoreCache(Options.Create(new CacheOptions { CacheBytes = cacheBytes }));
        var limits = Options.Create(scoring ?? new ScoringOptions());
        return new Reranker(
            Models(loader, time, new EngineFactory(cache, limits, time ?? TimeProvider.System), metrics, models, options, logger),
            cache,
            shared ?? new NoSharedScores(),
            new PairHasher(new CacheSecret(Options.Create(new SharedCacheOptions()))),
            limits,
            time ?? TimeProvider.System);
    }

    /// <summary>The resident models of a reranker.</summary>
    public static ResidentModels Models(
        IModelLoader loader,
        TimeProvider? time = null,
        EngineFactory? engines = null,
        EngineInstruments? metrics = null,
        ModelCatalog? models = null,
        ModelOptions? options = null,
        ILogger<ResidentModels>? logger = null)
    {
        var catalog = models ?? new ModelCatalog(new ModelDefinition("twin", "twin"));
        var settings = Options.Create(options ?? new ModelOptions());
        return new ResidentModels(
            catalog,
            loader,
            engines ?? new EngineFactory(
                new ScoreCache(Options.Create(new CacheOptions { CacheBytes = 0 })), Options.Create(new ScoringOptions()), time ?? TimeProvider.System),
            metrics ?? Unmeasured.Instruments,
            new ModelMemory(catalog, settings, NullLogger<ModelMemory>.Instance),
            settings,
            time ?? TimeProvider.System,
            logger ?? NullLogger<ResidentModels>.Instance);
    }

    /// <summary>Scores pairs of a job in one micro-batch.</summary>
    public static float[] Score(IModelFamily family, EncodedJob job, params int[] indexes) =>
        Score(family, [.. indexes.Select(index => new EncodedPair(job, index))]);

    /// <summary>Scores pairs of any jobs in one micro-batch.</summary>
    public static float[] Score(IModelFamily family, params EncodedPair[] pairs)
    {
        var batch = family.CreateMicroBatch();
        batch.Prepare(pairs);
        var logits = new float[pairs.Length];
        batch.Run(logits);
        return logits;
    }

    /// <summary>A golden's pair, and further documents beside it, laid out as the golden was made.</summary>
    public static CrossEncoderJob Encode(CrossEncoderFamily family, PairTemplate template, ModelGolden golden, TextMode mode, params string[] others)
    {
        var strategy = golden.Layout == "flag" ? TruncationStrategy.OnlySecond : TruncationStrategy.LongestFirst;
        var pairs = new PairEncoder(template, golden.MaxLength ?? 512, strategy);
        return family.Encode(new ScoringRequest(golden.Query, [golden.Document, .. others]), pairs, mode, CancellationToken.None);
    }

    public static (long[] Ids, long[] Types) RowOf(CrossEncoderJob job, int pair)
    {
        var (ids, types) = (new long[job.LengthOf(pair)], new long[job.LengthOf(pair)]);
        job.Write(pair, ids, types);
        return (ids, types);
    }
}
