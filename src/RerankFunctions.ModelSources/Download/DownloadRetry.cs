using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Download;

/// <summary>Tries requests again with growing pauses, or after the pause that the server asks for.</summary>
internal sealed partial class DownloadRetry
{
    private const int Retries = 6;

    // The hub counts requests over five minutes; whoever asks for much more than that is not waited for.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private readonly ResiliencePipeline _pipeline;
    private readonly ILogger _logger;

    public DownloadRetry(TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<TransientDownloadException>(e => !(e.RetryAfter > LongestRetryAfter)),
                MaxRetryAttempts = Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromSeconds(45),
                DelayGenerator = static retry =>
                    ValueTask.FromResult((retry.Outcome.Exception as TransientDownloadException)?.RetryAfter),
                OnRetry = retry =>
                {
                    LogRetry(_logger, retry.Outcome.Exception?.Message ?? "", retry.RetryDelay.TotalSeconds);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Runs a request until it succeeds, fails for good, or has been tried often enough.</summary>
    /// <exception cref="ModelLoadException">Failed for good, or every try did.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (request, token) => await request(token),
                request,
                cancellationToken);
        }
        catch (TransientDownloadException e) when (e.RetryAfter > LongestRetryAfter)
        {
            throw new ModelLoadException($"{e.Message}, and asks to wait {e.RetryAfter:c}, which is longer than the {LongestRetryAfter:c} that are waited at most.", e);
        }
        catch (TransientDownloadException e)
        {
            throw new ModelLoadException($"{e.Message}; gave up after {Retries + 1} tries.", e);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Problem}; trying again in {Seconds:0.0} s")]
    private static partial void LogRetry(ILogger logger, string problem, double seconds);
}
