using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Callbacks;

/// <summary>
/// Sends the status of an ended job to its callback address, until the receiver takes it or the attempts are used up. Any number of messages may name a job:
/// the stored state of the callback lets one call run at a time. After a crash, a receiver may get a callback twice, with the same <c>webhook-id</c>.
/// </summary>
public sealed class CallbackProcessor(
    JobIntake intake,
    JobStore jobs,
    CallbackStore store,
    ICallbackSender sender,
    IJobMessages messages,
    JobMetrics metrics,
    IOptions<CallbackOptions> options,
    StorageClock clock,
    ILogger<CallbackProcessor> logger) : IPoisonHandler
{
    private const double PauseFactor = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterPoison = TimeSpan.FromMinutes(1);

    // Reading the answer and writing the outcome take time beside the call.
    private static readonly TimeSpan BesideCall = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public IReadOnlyList<QueueKind> Queues { get; } = [QueueKind.Callbacks];

    /// <summary>Makes the call that a message asks for, if it is due.</summary>
    /// <param name="message">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Shutdown: the message comes back.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the host delivers the message again.</exception>
    public async Task ProcessAsync(string message, CancellationToken cancellationToken)
    {
        if (await intake.ReadAsync(QueueKind.Callbacks, message, cancellationToken) is { } claim)
        {
            await intake.WithJobAsync(
                QueueKind.Callbacks, claim, message, job => ProcessAsync(job.Value, message, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Sends a message again that the host has given up, because its process crashed or storage failed.</summary>
    /// <inheritdoc />
    public async Task RecoverAsync(QueueKind queue, string message, CancellationToken cancellationToken)
    {
        if (await intake.ReadAsync(queue, message, cancellationToken) is not null)
        {
            await messages.SendAsync(queue, message, AfterPoison, cancellationToken);
        }
    }

    private async Task ProcessAsync(JobRecord job, string message, CancellationToken cancellationToken)
    {
        if (!job.IsEnded() || job.CallbackUrl is not { } address)
        {
            return;
        }

        var stored = await store.ReadAsync(job.Id, cancellationToken);
        var callback = stored?.Value.Callback ?? new JobCallback(CallbackStatus.Pending);
        var now = clock.GetUtcNow();
        if (callback.Status != CallbackStatus.Pending)
        {
            return;
        }

        if (stored?.Value.NotBefore is { } due && due > now && due <= now + MaxPause)
        {
            await intake.PostponeAsync(QueueKind.Callbacks, message, due - now, "Another call of this callback is under way or due later.", cancellationToken);
            return;
        }

        callback = callback with { Attempts = callback.Attempts + 1, LastAttemptAt = now, LastStatusCode = null, Error = null };
        var reserved = options.Value.CallbackTimeout + BesideCall;
        var begun = await store.SwapAsync(
            job.Id, stored, new CallbackRecord { Callback = callback, NotBefore = now + reserved }, cancellationToken);
        if (begun is null)
        {
            // The other writer may be an earlier delivery of this message, whose write was late and who makes no call.
            await intake.PostponeAsync(QueueKind.Callbacks, message, reserved, "Another call of this callback has begun.", cancellationToken);
            return;
        }

        await CallAsync(job, address, begun, message, cancellationToken);
    }

    private async Task CallAsync(
        JobRecord job, Uri address, Versioned<CallbackRecord> begun, string message, CancellationToken cancellationToken)
    {
        var answer = job.ResultAttempt is { } attempt ? await jobs.ReadAnswerAsync(job.Id, attempt, cancellationToken) : null;
        var status = job.ToStatus(answer) with { Callback = null };
        var body = JsonSerializer.SerializeToUtf8Bytes(status, ContractsJson.Wire.JobStatus);
        var outcome = await sender.SendAsync(address, job.Id.ToString(), body, cancellationToken);
        var callback = begun.Value.Callback with { LastStatusCode = outcome.StatusCode, Error = outcome.Error };
        callback = callback with
        {
            Status = outcome.Error is null ? CallbackStatus.Delivered
                : outcome.IsFinal || callback.Attempts >= options.Value.MaxCallbackAttempts ? CallbackStatus.Failed
                : CallbackStatus.Pending,
        };
        var pause = PauseAfter(job, callback.Attempts, outcome.RetryAfter);
        metrics.CallbackSent(callback.Status);
        logger.CallbackSent(job.Id, callback.Attempts, callback.Status, outcome.StatusCode, outcome.Error);
        await store.SwapAsync(job.Id, begun, new CallbackRecord { Callback = callback, NotBefore = clock.GetUtcNow() + pause }, cancellationToken);
        if (callback.Status == CallbackStatus.Pending)
        {
            await messages.SendAsync(QueueKind.Callbacks, message, pause, cancellationToken);
        }
    }

    // Spread by a fifth over the jobs, so that the callbacks of an outage do not come at one moment.
    private static TimeSpan PauseAfter(JobRecord job, int attempts, TimeSpan? asked)
    {
        var pause = FirstPause * Math.Min(Math.Pow(PauseFactor, attempts - 1), MaxPause / FirstPause);
        pause = asked > pause ? asked.Value : pause;
        return (pause < MaxPause ? pause : MaxPause) * (1 - (job.CreatedAt.Millisecond / 5_000.0));
    }
}
