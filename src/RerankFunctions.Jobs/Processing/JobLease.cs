using Microsoft.Extensions.Logging;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>A lease of one attempt on a job. Its renewals carry the progress.</summary>
/// <param name="steps">Carries out steps of the job.</param>
/// <param name="taken">The job's state, held by the attempt.</param>
/// <param name="scored">Tells the progress.</param>
/// <param name="options">The interval of renewals.</param>
/// <param name="time">The clock of intervals.</param>
/// <param name="logger">Receives renewals that fail.</param>
internal sealed class JobLease(
    JobSteps steps, Versioned<JobRecord> taken, ScoredPairs scored, JobsOptions options, TimeProvider time, ILogger logger)
    : AttemptLease<JobRecord, JobEvent>(taken, options.LeaseRenewal, time)
{
    /// <summary>The job's state as last written or read by this attempt.</summary>
    public JobRecord Record => Current.Value;

    /// <summary>Name of the attempt.</summary>
    public string Owner { get; } = taken.Value.Owner!;

    /// <inheritdoc />
    protected override JobEvent CreateRenewal() => new JobEvent.Renewed(Owner, scored.Count);

    /// <inheritdoc />
    protected override async Task<(Versioned<JobRecord> State, Verdict Verdict)?> TakeAsync(JobEvent occurrence, CancellationToken cancellationToken) =>
        await steps.TakeAsync(Current, occurrence, cancellationToken) is { } step ? (step.Job, step.Verdict) : null;

    /// <inheritdoc />
    protected override void LogNotRenewed(StorageUnavailableException exception) => logger.LeaseNotRenewed(Record.Id, exception.Message);
}
