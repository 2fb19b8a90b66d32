using Microsoft.Extensions.Logging;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Steps;

/// <summary>A lease of one attempt on a part of a batch's work.</summary>
/// <param name="steps">Carries out steps of the batch.</param>
/// <param name="taken">The batch's state after the attempt began.</param>
/// <param name="renewal">Creates the event of a renewal.</param>
/// <param name="interval">Time between renewals.</param>
/// <param name="time">The clock of intervals.</param>
/// <param name="logger">Receives renewals that fail.</param>
internal sealed class BatchLease(
    BatchSteps steps, Versioned<BatchRecord> taken, Func<BatchEvent> renewal, TimeSpan interval, TimeProvider time, ILogger logger)
    : AttemptLease<BatchRecord, BatchEvent>(taken, interval, time)
{
    /// <inheritdoc />
    protected override BatchEvent CreateRenewal() => renewal();

    /// <inheritdoc />
    protected override async Task<(Versioned<BatchRecord> State, Verdict Verdict)?> TakeAsync(
        BatchEvent occurrence, CancellationToken cancellationToken) =>
        await steps.TakeAsync(Current, occurrence, cancellationToken) is { } step ? (step.Batch, step.Verdict) : null;

    /// <inheritdoc />
    protected override void LogNotRenewed(StorageUnavailableException exception) =>
        logger.LeaseNotRenewed(Current.Value.Id, exception.Message);
}
