using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Inference.Scoring;

/// <summary>Holds the one loaded model of a process and scores jobs on it, a micro-batch at a time; jobs take turns by micro-batch.</summary>
internal sealed class Reranker : IReranker, IAsyncDisposable, IDisposable
{
    private readonly ScoringOptions _options;
    private readonly CancellationTokenSource _stopped = new();
    private readonly SemaphoreSlim _device = new(1, 1);
    private readonly Lazy<Task<IModelFamily>> _model;
    private int _disposed;

    /// <summary>Creates a reranker; nothing is loaded before the first call.</summary>
    /// <param name="load">Loads the model; called at most once. What it gives is disposed of with this object.</param>
    /// <param name="options">How micro-batches are formed.</param>
    public Reranker(Func<CancellationToken, Task<IModelFamily>> load, ScoringOptions options)
    {
        _options = options;
        _model = new Lazy<Task<IModelFamily>>(() => Task.Run(() => load(_stopped.Token)));
    }

    /// <inheritdoc/>
    public ModelState State => _model is not { IsValueCreated: true, Value: { IsCompleted: true } load }
        ? new ModelState(ModelStatus.Loading)
        : load.IsCompletedSuccessfully
            ? new ModelState(ModelStatus.Ready, load.Result.Description)
            : new ModelState(ModelStatus.Failed, Failure: FailureOf(load.Exception?.InnerException));

    /// <inheritdoc/>
    public async Task<ModelDescription> GetModelAsync(CancellationToken cancellationToken) =>
        (await ModelAsync(cancellationToken)).Description;

    /// <inheritdoc/>
    public async Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<int>? scored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var model = await ModelAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped.Token);
        using var job = await Task.Run(() => model.Encode(request, stop.Token), stop.Token);
        var logits = new float[job.Count];
        var plan = Plan(job, model.Description.Device == Device.Cuda);
        var done = 0;
        for (var batch = 0; batch < plan.Count; batch++)
        {
            await _device.WaitAsync(stop.Token);
            try
            {
                var current = batch;
                await Task.Run(() => Run(model, job, plan[current], logits, stop.Token), stop.Token);
            }
            finally
            {
                _device.Release();
            }

            done += plan[batch].Length;
            scored?.Report(done);
        }

        return new PairScores(logits, job.TotalTokens, job.TruncatedDocuments, job.QueryTruncated);
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Cancels what is being scored, waits for the run under way and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopped.CancelAsync();
        await _device.WaitAsync();
        if (_model.IsValueCreated)
        {
            await ((Task)_model.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_model.Value.IsCompletedSuccessfully)
            {
                (await _model.Value).Dispose();
            }
        }

        _device.Dispose();
        _stopped.Dispose();
    }

    private static void Run(IModelFamily model, EncodedJob job, ReadOnlySpan<int> pairs, float[] logits, CancellationToken cancellationToken)
    {
        var scores = new float[pairs.Length];
        model.Score(job, pairs, scores, cancellationToken);
        for (var i = 0; i < pairs.Length; i++)
        {
            if (!float.IsFinite(scores[i]))
            {
                throw new ScoringException($"The model gave no finite score for document {pairs[i]}.") { IsNotFinite = true };
            }

            logits[pairs[i]] = scores[i];
        }
    }

    // The message of an exception that no loader throws on purpose may hold anything.
    private static ModelFailure FailureOf(Exception? exception) => exception is ModelLoadException failure
        ? new ModelFailure(failure.Code, failure.Message, failure.IsTransient)
        : new ModelFailure(ModelFailureCodes.LoadFailed, $"The model cannot be loaded: {exception?.GetType().Name ?? "the process stops"}.", IsTransient: false);

    private async Task<IModelFamily> ModelAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return await _model.Value.WaitAsync(cancellationToken);
    }

    private MicroBatchPlan Plan(EncodedJob job, bool cuda)
    {
        var lengths = new int[job.Count];
        for (var pair = 0; pair < lengths.Length; pair++)
        {
            lengths[pair] = job.LengthOf(pair);
        }

        return MicroBatchPlan.Form(
            lengths,
            job.SharedLength,
            _options.MaxBatchTokens > 0 ? _options.MaxBatchTokens : cuda ? 16_384 : 512,
            _options.MaxBatchRows > 0 ? _options.MaxBatchRows : cuda ? 256 : 64);
    }
}
