using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>The engine as the app has it, with a loaded model.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IReranker _reranker;

    private EngineHost(ServiceProvider services)
    {
        _services = services;
        _reranker = services.GetRequiredService<IReranker>();
    }

    /// <summary>Starts the engine and loads the model.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="threads">Number of threads that run the model.</param>
    /// <param name="keepsScores">Whether it keeps scores for later jobs, which hides the work of repeated rounds.</param>
    public static async Task<EngineHost> StartAsync(string folder, int threads, bool keepsScores = false)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Rerank:ModelPath"] = Path.GetFullPath(folder),
            ["Rerank:Device"] = "cpu",
            ["Rerank:ModelThreads"] = threads.ToString(CultureInfo.InvariantCulture),
        };
        if (!keepsScores)
        {
            settings["Rerank:CacheBytes"] = "0";
        }

        var host = new EngineHost(new ServiceCollection()
            .AddLogging(logging => logging.ClearProviders())
            .AddReranker(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider());
        await host._reranker.GetModelAsync(null, CancellationToken.None);
        return host;
    }

    /// <summary>Scores a job.</summary>
    public Task ScoreAsync(ScoringRequest job) => _reranker.ScoreAsync(job, null, CancellationToken.None);

    /// <summary>Scores jobs that arrive at once.</summary>
    public Task ScoreAllAsync(IEnumerable<ScoringRequest> jobs) => Task.WhenAll(jobs.Select(ScoreAsync));

    /// <summary>Scores jobs for a number of clients, each of which submits a job when its previous one has ended.</summary>
    public Task ScoreByClientsAsync(IEnumerable<ScoringRequest> jobs, int clients) => Parallel.ForEachAsync(
        jobs, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (job, _) => await ScoreAsync(job));

    /// <summary>Creates the way that hands the engine jobs at once, tokenizing included.</summary>
    public Way WayOf(string name, IReadOnlyList<ScoringRequest> jobs)
    {
        Way? way = null;
        way = new Way(name, async _ =>
        {
            using var counters = new BatchCounters();
            var cost = await Cost.OfAsync(() => ScoreAllAsync(jobs));
            way!.CellsPerToken = counters.Take();
            return cost;
        });
        return way;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
