using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;

namespace RerankFunctions.Inference.Serving;

/// <summary>Fetches models, and tries again after transient failures with growing pauses.</summary>
/// <param name="loader">Fetches a model.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Receives every failed try.</param>
internal sealed partial class ModelFetch(IModelLoader loader, TimeProvider time, ILogger logger)
{
    /// <summary>Mean pause after the first failed try; each further pause is about twice as long.</summary>
    public static TimeSpan FirstDelay { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest pause between two tries.</summary>
    public static TimeSpan MaxDelay { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Fetches a model.</summary>
    /// <param name="model">The model; its state shows the latest failure.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    /// <exception cref="ModelLoadException">The model cannot be used, and no further try is made.</exception>
    public async Task<FetchedModel> RunAsync(ResidentModel model, CancellationToken cancellationToken)
    {
        var retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<ModelLoadException>(exception => exception.IsTransient),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = MaxDelay,
                OnRetry = retry => Report(model, (ModelLoadException)retry.Outcome.Exception!, retry.RetryDelay),
            })
            .Build();
        return await retry.ExecuteAsync(async token => await loader.FetchAsync(model.Definition, token), cancellationToken);
    }

    private ValueTask Report(ResidentModel model, ModelLoadException exception, TimeSpan delay)
    {
        model.State = new ModelState(ModelStatus.Loading, Failure: new ModelFailure(exception.Code, exception.Message, exception.IsTransient));
        LogRetry(logger, model.Definition.Name, exception.Code, exception.Message, delay.TotalSeconds);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The model {Name} cannot be loaded yet ({Code}): {Reason} Next try in {Seconds:0.0} s.")]
    private static partial void LogRetry(ILogger logger, string name, string code, string reason, double seconds);
}
