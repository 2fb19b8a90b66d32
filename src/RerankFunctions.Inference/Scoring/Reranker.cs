using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Documents;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// Scores requests on the model of the process. Known scores are taken from the caches; the engine scores the other pairs of all requests together.
/// </summary>
/// <param name="model">The model; this owns it.</param>
/// <param name="cache">The scores of this process.</param>
/// <param name="shared">The scores that processes share.</param>
/// <param name="hasher">Hashes pairs.</param>
/// <param name="metrics">Receives what is scored, and how.</param>
/// <param name="options">How micro-batches are formed.</param>
/// <param name="time">The clock of deadlines.</param>
internal sealed class Reranker(
    ResidentModel model,
    ScoreCache cache,
    ISharedScores shared,
    PairHasher hasher,
    EngineMetrics metrics,
    IOptions<ScoringOptions> options,
    TimeProvider time) : IReranker, IAsyncDisposable
{
    // The longest time that a timer takes.
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly CancellationTokenSource _stopped = new();
    private readonly Admission _admission = new(options.Value.MaxWaitingTokens);
    private readonly Lock _lock = new();
    private Engine? _engine;
    private int _disposed;

    /// <inheritdoc/>
    public ModelState State => model.State;

    /// <inheritdoc/>
    public async Task<ModelDescription> GetModelAsync(CancellationToken cancellationToken) => (await model.GetAsync(cancellationToken)).Family.Description;

    /// <inheritdoc/>
    public async Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.Weight, nameof(request));
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var span = InferenceTelemetry.StartScore(request);
        try
        {
            var scores = await ScoreInTimeAsync(request, scored, cancellationToken);
            InferenceTelemetry.Succeed(span, scores);
            return scores;
        }
        catch (Exception exception)
        {
            InferenceTelemetry.Fail(span, exception);
            throw;
        }
    }

    /// <summary>Cancels all scoring, waits for the run under way and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        metrics.Watch(null);
        await _stopped.CancelAsync();
        Engine? engine;
        lock (_lock)
        {
            engine = _engine;
        }

        if (engine is not null)
        {
            await engine.DisposeAsync();
        }

        await model.DisposeAsync();
        _stopped.Dispose();
    }

    private async Task<PairScores> ScoreInTimeAsync(ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        using var deadline = DeadlineSource(request.Deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped.Token, deadline.Token);
        try
        {
            while (true)
            {
                var engine = GetEngine(await model.GetAsync(stop.Token));
                try
                {
                    return await ScoreAsync(engine, request, scored, stop.Token);
                }
                catch (BrokenSessionException)
                {
                    await engine.DisposeAsync();
                    if (model.Replace(engine.Model))
                    {
                        metrics.SessionReplaced();
                    }
                }
            }
        }
        catch (OperationCanceledException exception)
            when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested && !_stopped.IsCancellationRequested)
        {
            throw new TimeoutException("The deadline of the request passed before all its pairs were scored.", exception);
        }
    }

    private async Task<PairScores> ScoreAsync(
        Engine engine, ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        if (!request.ChunksLongDocuments)
        {
            return await ScorePairsAsync(engine, request, scored, cancellationToken);
        }

        var maxChunks = options.Value.MaxChunksPerDocument;
        var documents = await Task.Run(() => engine.Model.Family.Cut(request, maxChunks, cancellationToken), cancellationToken);
        scored?.Report(request.Known);
        var chunked = new ChunkedRequest(request, documents, scored);
        return chunked.ToScores(await ScorePairsAsync(engine, chunked.Chunks, chunked, cancellationToken));
    }

    private async Task<PairScores> ScorePairsAsync(
        Engine engine, ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        var family = engine.Model.Family;
        var known = await Task.Run(() => KnownScores.Find(request, hasher.ForRequest(family.Description.Revision, request), cache), cancellationToken);
        await known.FindSharedAsync(shared, cache, cancellationToken);
        if (!request.Truncates)
        {
            known.EnsureWhole();
        }

        scored?.Report(known.ToPairs());
        if (known.Missing.Count > 0)
        {
            var missing = known.MissingRequest;
            var tokens = Admission.TokensOf(missing, family.Description.MaxTokens);
            using var place = await _admission.EnterAsync(tokens, request.WorkClass, request.WaitsForPlace, cancellationToken);
            using var encoded = await Task.Run(() => family.Encode(missing, cancellationToken), cancellationToken);
            if (!request.Truncates)
            {
                known.EnsureWhole(encoded);
            }

            var job = new ScoringJob(encoded, known.Missing, known.MissingKeys, request, scored);
            await engine.ScoreAsync(job, cancellationToken);
            known.Add(job, shared);
        }

        metrics.PairsKnown(known.Found - known.FoundShared - known.Given, known.FoundShared);
        return known.ToScores();
    }

    private Engine GetEngine(LoadedModel loaded)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            if (_engine?.Model != loaded)
            {
                _engine = new Engine(loaded, new ScoringState(new RunLimits(loaded.Cost, options.Value), cache, metrics), metrics, time);
                metrics.Watch(_engine.CountWaiting);
            }

            return _engine;
        }
    }

    private CancellationTokenSource DeadlineSource(DateTimeOffset? deadline)
    {
        if (deadline is not { } end)
        {
            return new CancellationTokenSource();
        }

        var left = end - time.GetUtcNow();
        return new CancellationTokenSource(left < TimeSpan.Zero ? TimeSpan.Zero : left < MaxTimeout ? left : MaxTimeout, time);
    }
}
