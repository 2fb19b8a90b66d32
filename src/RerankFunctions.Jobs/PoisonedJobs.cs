using Microsoft.Extensions.Logging;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs;

/// <summary>
/// What becomes of a message that the host gave up: workers killed at scale-in poison messages of healthy jobs, so a job with
/// attempts left is queued again, and one without fails. A message that cannot be dealt with now goes back to the queue of jobs,
/// because a poison queue has no second: after its own deliveries there, the host never runs it again.
/// </summary>
public sealed class PoisonedJobs
{
    private static readonly TimeSpan AfterOutage = TimeSpan.FromMinutes(1);

    private readonly JobIntake _intake;
    private readonly IJobMessages _queue;
    private readonly ILogger<PoisonedJobs> _logger;

    internal PoisonedJobs(JobIntake intake, IJobMessages queue, ILogger<PoisonedJobs> logger)
    {
        _intake = intake;
        _queue = queue;
        _logger = logger;
    }

    /// <summary>Handles a message of the poison queue. Returning means that the message is done with.</summary>
    /// <param name="message">The message's text; what is no claim check of a known version is dropped.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StorageUnavailableException">Neither blobs nor queue can be used; the host shall deliver the message again.</exception>
    public async Task HandleAsync(string message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_intake.Read(message) is not { } claim)
        {
            return;
        }

        try
        {
            if (await _intake.AdmitAsync(claim, cancellationToken) is null)
            {
                return;
            }
        }
        catch (StorageUnavailableException exception)
        {
            await _queue.SendAsync(claim, AfterOutage, cancellationToken);
            _logger.PoisonedUnread(exception, claim.JobId, (long)AfterOutage.TotalMilliseconds);
            return;
        }

        await _queue.SendAsync(claim, TimeSpan.Zero, cancellationToken);
        _logger.JobQueuedAgain(claim.JobId);
    }
}
