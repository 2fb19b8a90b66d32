using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Download;

/// <summary>Retries requests with growing pauses, or after the pause that the server asks for.</summary>
internal sealed partial class DownloadRetry(TimeProvider time, ILogger<DownloadRetry> logger)
{
    private const int Retries = 6;

    // The hub limits requests in windows of five minutes.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(45);

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransientDownloadException>(exception => !(exception.RetryAfter > MaxRetryAfter)),
            MaxRetryAttempts = Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = MaxPause,
            DelayGenerator = static retry => ValueTask.FromResult(
                AtLeastOwn((retry.Outcome.Exception as TransientDownloadException)?.RetryAfter, retry.AttemptNumber)),
            OnRetry = retry =>
            {
                LogRetry(logger, retry.Outcome.Exception?.Message ?? "", retry.RetryDelay.TotalSeconds);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    /// <summary>Runs a request until it succeeds, fails for good, or has had its number of tries.</summary>
    /// <exception cref="ModelLoadException">The request failed; the exception is transient if the last try was.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(static async (request, token) => await request(token), request, cancellationToken);
        }
        catch (TransientDownloadException exception)
        {
            var reason = exception.RetryAfter > MaxRetryAfter
                ? $"{exception.Message}, and asks to wait {exception.RetryAfter:c}; the maximum is {MaxRetryAfter:c}"
                : $"{exception.Message}; gave up after {Retries + 1} tries";
            throw new ModelLoadException($"{reason}.", exception) { Code = ModelFailureCodes.ModelUnreachable, IsTransient = true };
        }
    }

    /// <summary>Returns the pause that a server asks for, or the usual one where that is longer; null where it asks for none.</summary>
    private static TimeSpan? AtLeastOwn(TimeSpan? asked, int retry)
    {
        var own = FirstPause * Math.Pow(2, retry);
        own = own < MaxPause ? own : MaxPause;
        return asked < own ? own : asked;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Problem}; trying again in {Seconds:0.0} s")]
    private static partial void LogRetry(ILogger logger, string problem, double seconds);
}
