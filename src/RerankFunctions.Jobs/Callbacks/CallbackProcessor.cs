using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
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
    IOptions<JobsOptions> jobsOptions,
    StorageClock clock,
    TimeProvider time,
    ILogger<CallbackProcessor> logger) : IPoisonHandler
{
    private const double PauseFactor = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterPoison = TimeSpan.FromMinutes(1);

    // Reading the answer and writing the outcome take time beside the call.
    private static readonly TimeSpan BesideCall = TimeSpan.FromSeconds(30);

    // Short beside the time for which the host hides the message.
    private static readonly TimeSpan MemoryWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PostponedFor = TimeSpan.FromSeconds(5);

    // An answer can hold all texts of its request. Receivers may be slow, so that callbacks must not take the jobs' share.
    private readonly JobBudget _memory = new(jobsOptions, time);

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

        if (callback.Attempts >= options.Value.MaxCallbackAttempts)
        {
            // The process died in the last call, or the answer was not readable.
            await EndAsync(job, stored, callback, cancellationToken);
            return;
        }

        using var memory = await _memory.TryReserveAsync(job.RequestBytes, WorkClass.Interactive, MemoryWait, cancellationToken);
        if (memory is null)
        {
            await intake.PostponeAsync(QueueKind.Callbacks, message, PostponedFor, "Other callbacks use the memory of this process.", cancellationToken);
            return;
        }

        now = clock.GetUtcNow();
        callback = callback with { Attempts = callback.Attempts + 1, LastAttemptAt = now, LastStatusCode = null, Error = null };
        var reserved = options.Value.CallbackTimeout + BesideCall;
        var begun = await store.SwapAsync(
            job.Id, stored, new CallbackRecord { Callback = callback, NotBefore = now + reserved }, cancellationToken);
        if (begun is null)
        {
            if (stored is null && await store.ReadAsync(job.Id, cancellationToken) is null)
            {
                // There is a state, which is not readable, as the log says: nobody knows whether the receiver has been called.
                return;
            }

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
        var body = ExactJson.Serialize(status, ContractsJson.Wire.JobStatus);
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

    private async Task EndAsync(JobRecord job, Versioned<CallbackRecord>? stored, JobCallback callback, CancellationToken cancellationToken)
    {
        callback = callback with { Status = CallbackStatus.Failed, Error = "The last call had no outcome." };
        if (await store.SwapAsync(job.Id, stored, new CallbackRecord { Callback = callback, NotBefore = clock.GetUtcNow() }, cancellationToken) is not null)
        {
            logger.CallbackEnded(job.Id, callback.Attempts);
        }
    }

    // Spread by a fifth over the jobs, so that the callbacks of an outage do not come at one moment.
    private static TimeSpan PauseAfter(JobRecord job, int attempts, TimeSpan? asked)
    {
        var pause = FirstPause * Math.Min(Math.Pow(PauseFactor, attempts - 1), MaxPause / FirstPause) * (1 - (job.CreatedAt.Millisecond / 5_000.0));
        pause = asked > pause ? asked.Value : pause;
        return pause < MaxPause ? pause : MaxPause;
    }
}
