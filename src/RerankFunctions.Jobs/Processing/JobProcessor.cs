using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// Scores the job that a message names. A message is done when the call returns; after an exception, the host delivers it again. Any
/// number of messages may name a job, at any time and in any order: only one attempt writes the job's outcome.
/// </summary>
public sealed class JobProcessor(
    JobIntake intake,
    JobSteps steps,
    JobAttempts attempts,
    AttemptNames names,
    ScoringReadiness readiness,
    JobBudget budget,
    Drain drain,
    JobMetrics metrics,
    IOptions<JobsOptions> options,
    ILogger<JobProcessor> logger)
{
    // Short beside the time for which the host hides the message, long beside most jobs.
    private static readonly TimeSpan MemoryWait = TimeSpan.FromSeconds(30);

    // Another worker gets the message soon, and this one does not get it back at once.
    private static readonly TimeSpan PostponedFor = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Scores the job of a message if it is due. A process that does not serve the job's model, does not have it yet or cannot load it, or that drains takes no
    /// job: it sends the message again with a delay.
    /// </summary>
    /// <param name="queue">The message's queue.</param>
    /// <param name="message">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Shutdown: the job is queued again and the attempt does not count.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the job is retried with the message.</exception>
    /// <exception cref="OperationCanceledException">Shutdown, before the job was taken.</exception>
    public async Task ProcessAsync(QueueKind queue, string message, CancellationToken cancellationToken)
    {
        if (await intake.ReadAsync(queue, message, cancellationToken) is not { } claim)
        {
            return;
        }

        using var telemetry = new AttemptTelemetry(metrics, claim, queue);
        try
        {
            await intake.WithJobAsync(queue, claim, message, job => ProcessAsync(queue, message, job, telemetry, cancellationToken), cancellationToken);
        }
        catch (Exception exception)
        {
            telemetry.Fail(exception);
            throw;
        }
    }

    private async Task ProcessAsync(
        QueueKind queue, string message, Versioned<JobRecord> job, AttemptTelemetry telemetry, CancellationToken cancellationToken)
    {
        var delivered = new JobEvent.Delivered(names.Create(), queue);
        if (steps.Foresee(job.Value, delivered) is not { Verdict: Verdict.Work, Next: { } next })
        {
            await steps.TakeAsync(job, delivered, cancellationToken);
            return;
        }

        if (await readiness.FindObstacleAsync(job.Value.Model, cancellationToken) is { } obstacle)
        {
            // While no process has the model, the sweeper sends messages to the recovery queue. They must not all go round until then.
            if (queue == QueueKind.Recovery && !drain.Started.IsCancellationRequested)
            {
                logger.RecoveryDropped(job.Value.Id, obstacle);
                return;
            }

            await intake.PostponeAsync(queue, message, PostponedFor, obstacle, cancellationToken);
            return;
        }

        // A job that may have crashed processes gets one to itself.
        var bytes = next.Crashes < options.Value.CrashesBeforeAlone ? next.RequestBytes : long.MaxValue;
        using var memory = await budget.TryReserveAsync(bytes, RequestPriority.WorkClassOf(next.Priority), MemoryWait, cancellationToken);
        if (memory is null)
        {
            await intake.PostponeAsync(queue, message, PostponedFor, "Other jobs use the memory of this process.", cancellationToken);
        }
        else if (await steps.TakeAsync(job, delivered, cancellationToken) is { Verdict: Verdict.Work } taken)
        {
            logger.JobTaken(taken.Job.Value.Id, taken.Job.Value.Attempt);
            await attempts.RunAsync(taken.Job, telemetry, cancellationToken);
        }
    }
}
