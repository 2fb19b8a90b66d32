using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Documents;
using RerankFunctions.Inference.Scoring;
using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Serving;

/// <summary>
/// Scores requests on the models that they name. Known scores are taken from the caches; the engine of the model scores the other pairs of all its requests
/// together.
/// </summary>
/// <param name="models">The models; this owns them.</param>
/// <param name="cache">The scores of this process.</param>
/// <param name="shared">The scores that processes share.</param>
/// <param name="hasher">Hashes pairs.</param>
/// <param name="options">How much waits in all engines.</param>
/// <param name="time">The clock of deadlines.</param>
internal sealed class Reranker(
    ResidentModels models,
    ScoreCache cache,
    ISharedScores shared,
    PairHasher hasher,
    IOptions<ScoringOptions> options,
    TimeProvider time) : IReranker, IAsyncDisposable
{
    // The longest time that a timer takes.
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    // A request beside which sessions break so often is taken for the cause.
    private const int MaxBreakdowns = 2;

    private readonly CancellationTokenSource _stopped = new();
    private readonly Admission _admission = new(options.Value.MaxWaitingTokens);
    private int _disposed;

    /// <inheritdoc/>
    public ModelState StateOf(string? model)
    {
        if (models.Find(model) is { } found)
        {
            return found.State;
        }

        var failure = NotServed();
        return new ModelState(ModelStatus.Failed, Failure: new ModelFailure(failure.Code, failure.Message, IsTransient: false));
    }

    /// <inheritdoc/>
    public Task<ModelDescription> GetModelAsync(string? model, CancellationToken cancellationToken) =>
        models.Find(model) is { } found ? models.DescribeAsync(found, cancellationToken) : Task.FromException<ModelDescription>(NotServed());

    /// <inheritdoc/>
    public async Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.Weight, nameof(request));
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var model = models.Find(request.Model) ?? throw NotServed();
        using var span = InferenceTelemetry.StartScore(request, model.Definition.Name);
        try
        {
            var scores = await ScoreInTimeAsync(model, request, scored, cancellationToken);
            InferenceTelemetry.Succeed(span, scores);
            return scores;
        }
        catch (Exception exception)
        {
            InferenceTelemetry.Fail(span, exception);
            throw;
        }
    }

    /// <summary>Cancels all scoring, waits for the runs under way and frees the models.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopped.CancelAsync();
        await models.DisposeAsync();
        _stopped.Dispose();
    }

    private static ModelLoadException NotServed() => new("The model is not served here.") { Code = ModelFailureCodes.NotServed };

    private async Task<PairScores> ScoreInTimeAsync(
        ResidentModel model, ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        using var deadline = DeadlineSource(request.Deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped.Token, deadline.Token);
        try
        {
            return await ScoreAsync(model, request, scored, stop.Token);
        }
        catch (OperationCanceledException exception)
            when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested && !_stopped.IsCancellationRequested)
        {
            throw new TimeoutException("The deadline of the request passed before all its pairs were scored.", exception);
        }
    }

    private async Task<PairScores> ScoreAsync(
        ResidentModel model, ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        if (!request.ChunksLongDocuments)
        {
            return await ScorePairsAsync(model, request, scored, cancellationToken);
        }

        var documents = await CutAsync(model, request, cancellationToken);
        scored?.Report(request.Known);
        var chunked = new ChunkedRequest(request, documents, scored);
        return chunked.ToScores(await ScorePairsAsync(model, chunked.Chunks, chunked, cancellationToken));
    }

    private async Task<DocumentChunks[]> CutAsync(ResidentModel model, ScoringRequest request, CancellationToken cancellationToken)
    {
        // Documents whose score is known are not scored again, so nobody asks for their chunks.
        var chunks = new DocumentChunks[request.Documents.Count];
        var known = request.Known.Select(score => score.Document).ToHashSet();
        int[] unknown = [.. Enumerable.Range(0, chunks.Length).Where(index => !known.Contains(index))];
        if (unknown.Length == 0)
        {
            return chunks;
        }

        using var lease = await models.AcquireAsync(model, cancellationToken);
        var family = lease.Engine.Model.Family;
        var missing = request with { Documents = [.. unknown.Select(index => request.Documents[index])] };
        var cut = await Task.Run(() => family.Cut(missing, options.Value.MaxChunksPerDocument, cancellationToken), cancellationToken);
        for (var i = 0; i < cut.Length; i++)
        {
            chunks[unknown[i]] = cut[i];
        }

        return chunks;
    }

    private async Task<PairScores> ScorePairsAsync(
        ResidentModel model, ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        // A request whose scores are all known needs no model in memory.
        var description = await models.DescribeAsync(model, cancellationToken);
        var known = await Task.Run(() => KnownScores.Find(request, hasher.ForRequest(description.Revision, request), cache), cancellationToken);
        await known.FindSharedAsync(shared, cache, cancellationToken);
        if (!request.Truncates)
        {
            known.EnsureWhole();
        }

        scored?.Report(known.ToPairs());
        if (known.Missing.Count > 0)
        {
            await ScoreMissingAsync(model, known, request, scored, cancellationToken);
        }

        model.Metrics.PairsKnown(known.Found - known.FoundShared - known.Given, known.FoundShared);
        return known.ToScores();
    }

    private async Task ScoreMissingAsync(
        ResidentModel model, KnownScores known, ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        var breakdowns = 0;
        while (await TryScoreMissingAsync(model, known, request, scored, cancellationToken) is { } breakdown)
        {
            breakdowns += breakdown.IsSuspect ? 1 : 0;
            if (breakdowns == MaxBreakdowns)
            {
                throw new ScoringException($"{MaxBreakdowns} sessions of the model broke when they ran pairs of the request.", breakdown);
            }
        }
    }

    /// <returns>Null when the missing scores were added; else why the session runs nothing any more. Then the model is loaded again.</returns>
    private async Task<BrokenSessionException?> TryScoreMissingAsync(
        ResidentModel model, KnownScores known, ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken)
    {
        using var lease = await models.AcquireAsync(model, cancellationToken);
        var family = lease.Engine.Model.Family;
        var missing = known.MissingRequest;
        var tokens = Admission.TokensOf(missing, family.Description.MaxTokens);
        using var place = await _admission.EnterAsync(tokens, request.WorkClass, request.WaitsForPlace, cancellationToken);
        using var encoded = await Task.Run(() => family.Encode(missing, cancellationToken), cancellationToken);
        if (!request.Truncates)
        {
            known.EnsureWhole(encoded);
        }

        var job = new ScoringJob(encoded, known.Missing, known.MissingKeys, request, scored);
        try
        {
            await lease.Engine.ScoreAsync(job, cancellationToken);
        }
        catch (BrokenSessionException exception)
        {
            lease.Break(exception.Reason);
            return exception;
        }

        known.Add(job, shared);
        return null;
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
