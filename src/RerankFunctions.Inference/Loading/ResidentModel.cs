using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Loading;

/// <summary>The one model of a process. It is loaded at the first request for it, and loading is tried again after transient failures.</summary>
internal sealed partial class ResidentModel : IAsyncDisposable
{
    private readonly IModelLoader _loader;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _retry;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private volatile ModelState _state = new(ModelStatus.Loading);
    private Task<LoadedModel>? _model;
    private int _disposed;

    /// <summary>Creates the model; nothing is loaded yet.</summary>
    /// <param name="loader">Loads the model.</param>
    /// <param name="time">The clock of pauses between tries.</param>
    /// <param name="logger">Receives every failed try.</param>
    public ResidentModel(IModelLoader loader, TimeProvider time, ILogger<ResidentModel> logger)
    {
        _loader = loader;
        _logger = logger;
        _retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ModelLoadException>(exception => exception.IsTransient),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = MaxDelay,
                OnRetry = retry => ReportTransientFailure((ModelLoadException)retry.Outcome.Exception!, retry.RetryDelay),
            })
            .Build();
    }

    /// <summary>Mean pause after the first failed try; each further pause is about twice as long.</summary>
    public static TimeSpan FirstDelay { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause between two tries.</summary>
    public static TimeSpan MaxDelay { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The state now.</summary>
    public ModelState State => _state;

    /// <summary>Returns the model. The first call starts the load, and every call waits for it, also across retries.</summary>
    /// <exception cref="ModelLoadException">The model cannot be loaded, and no further try is made.</exception>
    public async Task<LoadedModel> GetAsync(CancellationToken cancellationToken)
    {
        Task<LoadedModel> model;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            model = _model ??= Task.Run(LoadAsync);
        }

        return await model.WaitAsync(cancellationToken);
    }

    /// <summary>Loads a model again whose session runs nothing any more. One that has not scored since its load is not worth another try.</summary>
    /// <param name="broken">The model. Nothing may use it any more.</param>
    /// <returns>Whether this call began the load.</returns>
    public bool Replace(LoadedModel broken)
    {
        lock (_lock)
        {
            if (_disposed != 0 || _model is not { IsCompletedSuccessfully: true } current || current.Result != broken)
            {
                return false;
            }

            broken.Dispose();
            if (broken.HasScored)
            {
                LogBroken(_logger);
                _state = new ModelState(ModelStatus.Loading);
                _model = Task.Run(LoadAsync);
            }
            else
            {
                _model = Task.FromException<LoadedModel>(Fail(new ModelLoadException("The model is loaded, but none of its runs succeeds.")
                {
                    Code = ModelFailureCodes.RunsFail,
                }));
            }

            return broken.HasScored;
        }
    }

    /// <summary>Ends a load under way and frees the model. Nothing may use the model any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopped.CancelAsync();
        Task<LoadedModel>? model;
        lock (_lock)
        {
            model = _model;
        }

        if (model is not null)
        {
            await ((Task)model).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (model.IsCompletedSuccessfully)
            {
                (await model).Dispose();
            }
        }

        _stopped.Dispose();
    }

    private async Task<LoadedModel> LoadAsync()
    {
        try
        {
            var model = await _retry.ExecuteAsync(async token => await _loader.LoadAsync(token), _stopped.Token);
            _state = new ModelState(ModelStatus.Ready, model.Family.Description);
            return model;
        }
        catch (Exception exception) when (!_stopped.IsCancellationRequested)
        {
            // The message of an exception that no loader throws on purpose may hold anything.
            throw Fail(exception as ModelLoadException
                ?? new ModelLoadException($"The model cannot be loaded because of an unexpected {exception.GetType().Name}.", exception)
                {
                    Code = ModelFailureCodes.LoadFailed,
                });
        }
    }

    private ModelLoadException Fail(ModelLoadException failure)
    {
        _state = new ModelState(ModelStatus.Failed, Failure: new ModelFailure(failure.Code, failure.Message, failure.IsTransient));
        LogFailed(_logger, failure.Code, failure.Message);
        return failure;
    }

    private ValueTask ReportTransientFailure(ModelLoadException exception, TimeSpan delay)
    {
        _state = new ModelState(ModelStatus.Loading, Failure: new ModelFailure(exception.Code, exception.Message, exception.IsTransient));
        LogRetry(_logger, exception.Code, exception.Message, delay.TotalSeconds);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The model cannot be loaded yet ({Code}): {Reason} Next try in {Seconds:0.0} s.")]
    private static partial void LogRetry(ILogger logger, string code, string reason, double seconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "The model cannot be loaded ({Code}): {Reason}")]
    private static partial void LogFailed(ILogger logger, string code, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "No run of the model succeeds any more. The model is loaded again.")]
    private static partial void LogBroken(ILogger logger);
}
