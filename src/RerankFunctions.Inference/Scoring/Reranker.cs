using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Models;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Scoring;

/// <summary>Holds the one loaded model of a process and scores jobs on it, a micro-batch at a time; jobs take turns by micro-batch.</summary>
internal sealed partial class Reranker : IReranker, IAsyncDisposable, IDisposable
{
    private readonly IModelSource _source;
    private readonly ModelOptions _model;
    private readonly ScoringOptions _scoring;
    private readonly TimeProvider _time;
    private readonly ILogger<Reranker> _logger;
    private readonly CancellationTokenSource _stopped = new();
    private readonly SemaphoreSlim _device = new(1, 1);
    private readonly Lazy<Task<IModelFamily>> _loading;
    private bool _disposed;

    public Reranker(IModelSource source, IOptions<ModelOptions> model, IOptions<ScoringOptions> scoring, TimeProvider time, ILogger<Reranker> logger)
    {
        _source = source;
        _model = model.Value;
        _scoring = scoring.Value;
        _time = time;
        _logger = logger;
        _loading = new Lazy<Task<IModelFamily>>(() => Task.Run(LoadAsync));
    }

    /// <inheritdoc/>
    public async Task<ModelDescription> GetModelAsync(CancellationToken cancellationToken) =>
        (await _loading.Value.WaitAsync(cancellationToken).ConfigureAwait(false)).Description;

    /// <inheritdoc/>
    public async Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<int>? scored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var family = await _loading.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var job = await Task.Run(() => family.Encode(request, cancellationToken), cancellationToken).ConfigureAwait(false);
        var logits = new float[job.Count];
        var plan = Plan(job, family.Description.Device == "cuda");
        var done = 0;
        for (var batch = 0; batch < plan.Count; batch++)
        {
            await _device.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var current = batch;
                await Task.Run(() => Run(family, job, plan[current], logits, cancellationToken), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Waits for the run under way, then frees the model. Scoring after it fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;

        _disposed = true;
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _device.WaitAsync().ConfigureAwait(false);
        if (_loading.IsValueCreated)
        {
            await ((Task)_loading.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_loading.Value.IsCompletedSuccessfully)
                (await _loading.Value.ConfigureAwait(false)).Dispose();
        }

        _device.Dispose();
        _stopped.Dispose();
    }

    private static void Run(IModelFamily family, EncodedJob job, ReadOnlySpan<int> pairs, float[] logits, CancellationToken cancellationToken)
    {
        Span<float> scores = pairs.Length <= 256 ? stackalloc float[pairs.Length] : new float[pairs.Length];
        family.Score(job, pairs, scores, cancellationToken);
        for (var i = 0; i < pairs.Length; i++)
        {
            if (!float.IsFinite(scores[i]))
                throw new ScoringException($"The model gave no finite score for document {pairs[i]}.");

            logits[pairs[i]] = scores[i];
        }
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
            _scoring.MaxBatchTokens > 0 ? _scoring.MaxBatchTokens : cuda ? 16_384 : 512,
            _scoring.MaxBatchRows > 0 ? _scoring.MaxBatchRows : cuda ? 256 : 64);
    }

    private async Task<IModelFamily> LoadAsync()
    {
        try
        {
            var path = await _source.GetFolderAsync(_stopped.Token).ConfigureAwait(false);
            var started = _time.GetTimestamp();
            var sessions = SessionSource.Create(_model.Device, _model.ModelThreads, _logger);
            var folder = ModelFolder.Open(path, _model.Dtype, sessions.Device);
            var family = ModelFamilies.Load(ModelLoadContext.Create(folder, sessions, _logger));
            var (model, elapsed) = (family.Description, _time.GetElapsedTime(started).TotalMilliseconds);
            Loaded(_logger, path, folder.File.RelativePath, model.Family, model.Precision, model.Device, model.MaxTokens, model.Revision, elapsed);
            return family;
        }
        catch (ModelLoadException e)
        {
            NotLoaded(_logger, e.Message);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model loaded from {Folder}: {File}, {Family}, {Precision} on {Device}, at most {MaxTokens} tokens a pair, revision {Revision}, in {Milliseconds:0} ms")]
    private static partial void Loaded(ILogger logger, string folder, string file, string family, string precision, string device, int maxTokens, string revision, double milliseconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The model cannot be loaded: {Reason}")]
    private static partial void NotLoaded(ILogger logger, string reason);
}
