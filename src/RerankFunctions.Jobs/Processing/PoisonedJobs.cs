using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Steps;

namespace RerankFunctions.Jobs.Processing;

/// <summary>
/// Handles messages of jobs that the host has given up. Workers killed at scale-in poison messages of healthy jobs, so a job with attempts left is queued
/// again, and a job without fails.
/// </summary>
public sealed class PoisonedJobs(JobIntake intake, JobSteps steps) : IPoisonHandler
{
    /// <inheritdoc />
    public IReadOnlyList<QueueKind> Queues { get; } = [QueueKind.Interactive, QueueKind.Bulk, QueueKind.Recovery];

    /// <inheritdoc />
    public async Task RecoverAsync(QueueKind queue, string message, CancellationToken cancellationToken)
    {
        if (await intake.ReadAsync(queue, message, cancellationToken) is { } claim)
        {
            await intake.WithJobAsync(
                queue, claim, message, job => steps.TakeAsync(job, new JobEvent.Poisoned(), cancellationToken), cancellationToken);
        }
    }
}
