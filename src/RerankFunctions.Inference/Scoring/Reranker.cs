using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Loading;

namespace RerankFunctions.Inference.Scoring;

/// <summary>Scores jobs on the model of the process. Jobs take turns by micro-batch.</summary>
/// <param name="model">The model; this owns it.</param>
/// <param name="options">How micro-batches are formed.</param>
/// <param name="time">The clock of deadlines.</param>
internal sealed class Reranker(ResidentModel model, IOptions<ScoringOptions> options, TimeProvider time) : IReranker, IAsyncDisposable
{
    // The longest time that a timer takes.
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly CancellationTokenSource _stopped = new();
    private MicroBatchRunner? _runner;
    private int _disposed;

    /// <inheritdoc/>
    public ModelState State => model.State;

    /// <inheritdoc/>
    public async Task<ModelDescription> GetModelAsync(CancellationToken cancellationToken) => (await model.GetAsync(cancellationToken)).Description;

    /// <inheritdoc/>
    public async Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<int>? scored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var deadline = DeadlineSource(request.Deadline);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped.Token, deadline.Token);
        try
        {
            var family = await model.GetAsync(stop.Token);
            using var job = await Task.Run(() => family.Encode(request, stop.Token), stop.Token);
            var logits = await ScoreAsync(family, job, scored, stop.Token);
            return new PairScores(logits, job.TotalTokens, job.TruncatedDocuments, job.QueryTruncated);
        }
        catch (OperationCanceledException exception)
            when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested && !_stopped.IsCancellationRequested)
        {
            throw new TimeoutException("The deadline of the request passed before all its pairs were scored.", exception);
        }
    }

    /// <summary>Cancels all scoring, waits for the run under way and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopped.CancelAsync();
        if (_runner is { } runner)
        {
            await runner.DisposeAsync();
        }

        await model.DisposeAsync();
        _stopped.Dispose();
    }

    private static void Collect(ReadOnlySpan<EncodedPair> pairs, ReadOnlySpan<float> scores, float[] logits)
    {
        for (var i = 0; i < pairs.Length; i++)
        {
            logits[pairs[i].Index] = float.IsFinite(scores[i])
                ? scores[i]
                : throw new ScoringException($"The model gave no finite score for document {pairs[i].Index}.") { IsNotFinite = true };
        }
    }

    private async Task<float[]> ScoreAsync(IModelFamily family, EncodedJob job, IProgress<int>? scored, CancellationToken cancellationToken)
    {
        var runner = LazyInitializer.EnsureInitialized(ref _runner, () => new MicroBatchRunner(family));
        var plan = CreatePlan(job, family.Description.Device);
        var logits = new float[job.Count];
        var (done, pairs, run) = (0, Array.Empty<EncodedPair>(), Task.FromResult<float[]>([]));
        try
        {
            for (var batch = 0; batch <= plan.Count; batch++)
            {
                var (previousPairs, previous) = (pairs, run);
                if (batch < plan.Count)
                {
                    // Prepared while the previous micro-batch runs.
                    pairs = ToPairs(job, plan[batch]);
                    run = await runner.StartAsync(pairs, cancellationToken);
                }

                var scores = await previous;
                Collect(previousPairs, scores, logits);
                done += scores.Length;
                if (scores.Length > 0)
                {
                    scored?.Report(done);
                }
            }
        }
        finally
        {
            // The job is freed next: no run may use it any more.
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return logits;
    }

    private static EncodedPair[] ToPairs(EncodedJob job, ReadOnlySpan<int> indexes)
    {
        var pairs = new EncodedPair[indexes.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new EncodedPair(job, indexes[i]);
        }

        return pairs;
    }

    private MicroBatchPlan CreatePlan(EncodedJob job, Device device)
    {
        var lengths = new int[job.Count];
        for (var pair = 0; pair < lengths.Length; pair++)
        {
            lengths[pair] = job.LengthOf(pair);
        }

        var (maxTokens, maxRows) = device == Device.Cuda ? (16_384, 256) : (512, 64);
        var limits = options.Value;
        return MicroBatchPlan.Form(
            lengths,
            job.Prefix.Length,
            limits.MaxBatchTokens > 0 ? limits.MaxBatchTokens : maxTokens,
            limits.MaxBatchRows > 0 ? limits.MaxBatchRows : maxRows);
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
