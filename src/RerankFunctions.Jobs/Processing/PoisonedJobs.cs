using Microsoft.Extensions.Logging;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// Handles messages that the host has given up. Workers killed at scale-in poison messages of healthy jobs, so a job with attempts left
/// is queued again, and a job without fails. A message that cannot be handled now goes back to its queue, because a poison
/// queue has no poison queue: after its last delivery there, the host never delivers it again.
/// </summary>
public sealed class PoisonedJobs(JobIntake intake, JobSteps steps, IJobMessages messages, ILogger<PoisonedJobs> logger)
{
    private static readonly TimeSpan AfterOutage = TimeSpan.FromMinutes(1);

    /// <summary>Handles a message of a poison queue. The message is done when this returns.</summary>
    /// <param name="queue">The queue from which the message came.</param>
    /// <param name="message">The untrusted text of the message.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageUnavailableException">Blobs and queue cannot be used; the host delivers the message again.</exception>
    public async Task HandleAsync(QueueKind queue, string message, CancellationToken cancellationToken)
    {
        if (await intake.ReadAsync(queue, message, cancellationToken) is not { } claim)
        {
            return;
        }

        try
        {
            await intake.WithJobAsync(
                queue, claim, message, job => steps.TakeAsync(job, new JobEvent.Poisoned(), cancellationToken), cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            await messages.SendAsync(queue, message, AfterOutage, cancellationToken);
            logger.PoisonedUnread(claim.JobId, (long)AfterOutage.TotalMilliseconds, exception.Message);
        }
    }
}
