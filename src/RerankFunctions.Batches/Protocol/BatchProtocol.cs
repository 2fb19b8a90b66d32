using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;

namespace RerankFunctions.Batches.Protocol;

/// <summary>
/// The state machine of a batch, as a function without side effects:
/// <c>validating → in_progress → finalizing → completed</c>, with ends <c>failed</c>, <c>expired</c>, and <c>cancelling → cancelled</c> on the way.
/// </summary>
public sealed class BatchProtocol(IOptions<JobsOptions> jobs, IOptions<BatchOptions> options)
{
    // Another worker gets the message soon, and the one that gave the work back does not get it at once.
    private static readonly TimeSpan GivenBackFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);
    private const int MaxDoublings = 10;

    /// <summary>Decides what an event leads to.</summary>
    /// <param name="batch">The batch's state.</param>
    /// <param name="occurrence">The event.</param>
    /// <param name="now">The time.</param>
    public BatchDecision Decide(BatchRecord batch, BatchEvent occurrence, Moment now)
    {
        if (batch.IsEnded())
        {
            return new BatchDecision(Verdict.Ended);
        }

        return occurrence switch
        {
            BatchEvent.CutDelivered delivered => Expire(batch, now) ?? DeliverCut(batch, delivered, now),
            BatchEvent.CutRenewed renewed => IfCutting(batch, renewed.Owner, () => new BatchDecision(Verdict.Work)
            {
                Next = batch with { Cutting = batch.Cutting.Renew(LeaseEnd(now)), Cut = renewed.Cut, IsCompressed = renewed.IsCompressed },
            }),
            BatchEvent.CutCompleted completed => IfCutting(batch, completed.Owner, () => CompleteCut(batch, completed, now)),
            BatchEvent.CutMissed missed => IfCutting(batch, missed.Owner, () => MissCut(batch, missed.IsInterruption, now)),
            BatchEvent.Faulted faulted => faulted.Owner is null || IsHeldBy(batch, faulted.Owner)
                ? Fail(batch, faulted.Error, now)
                : new BatchDecision(Verdict.Lost),
            BatchEvent.Superseded => batch.IsFinishing() ? new BatchDecision(Verdict.Done) : Fail(batch, BatchFaults.InputChanged(), now),
            BatchEvent.Dispatched dispatched => Expire(batch, now) ?? Dispatch(batch, dispatched.Chunks, now),
            BatchEvent.ChunkDelivered delivered => Expire(batch, now) ?? DeliverChunk(batch, delivered, now),
            BatchEvent.ChunkRenewed renewed => IfScoring(batch, renewed.Chunk, renewed.Owner, chunk => new BatchDecision(Verdict.Work)
            {
                Next = batch.With(chunk with { Lease = chunk.Lease.Renew(LeaseEnd(now)) }),
            }),
            BatchEvent.ChunkCompleted completed => IfScoring(
                batch, completed.Chunk, completed.Owner, chunk => CompleteChunk(batch, chunk, completed.Result, now)),
            BatchEvent.ChunkMissed missed => IfScoring(batch, missed.Chunk, missed.Owner, chunk => MissChunk(batch, chunk, missed.IsInterruption, now)),
            BatchEvent.OutputFound found => new BatchDecision(Verdict.Done)
            {
                Next = batch.IsFinishing() && batch.Replaces is null ? batch with { Replaces = found.Versions } : null,
            },
            BatchEvent.Finished => batch.IsFinishing() ? End(batch, batch.Outcome ?? BatchState.Completed, now) : new BatchDecision(Verdict.Done),
            BatchEvent.CancelRequested => Cancel(batch, now),
            BatchEvent.Poisoned poisoned => Expire(batch, now) ?? BatchRecovery.Recover(batch, poisoned.Chunk, now),
            BatchEvent.Swept swept => Expire(batch, now) ?? GiveUpCut(batch, now) ?? BatchRecovery.Sweep(batch, swept, options.Value.MaxChunksInFlight, now),
            _ => throw new ArgumentOutOfRangeException(nameof(occurrence)),
        };
    }

    private static BatchDecision End(BatchRecord batch, BatchState state, Moment now) => new(Verdict.Done)
    {
        Next = batch with { State = state, EndedAt = now.Local },
        After = [new BatchAction.AnnounceEnd()],
    };

    private static BatchDecision Fail(BatchRecord batch, BatchError error, Moment now) => End(batch with { Error = error }, BatchState.Failed, now);

    private static BatchDecision? Expire(BatchRecord batch, Moment now)
    {
        if (batch.ExpiresAt > now.Storage || batch.IsFinishing())
        {
            return null;
        }

        return batch.State == BatchState.Validating
            ? End(batch, BatchState.Expired, now)
            : new BatchDecision(Verdict.Done)
            {
                Next = batch with { State = BatchState.Finalizing, Outcome = BatchState.Expired, FinalizingAt = now.Local },
                After = [new BatchAction.Send(null, TimeSpan.Zero)],
            };
    }

    private static BatchDecision Cancel(BatchRecord batch, Moment now) => batch.State switch
    {
        BatchState.Validating => End(batch with { CancellingAt = now.Local }, BatchState.Cancelled, now),
        BatchState.InProgress => new BatchDecision(Verdict.Done)
        {
            Next = batch with { State = BatchState.Cancelling, Outcome = BatchState.Cancelled, CancellingAt = now.Local },
            After = [new BatchAction.Send(null, TimeSpan.Zero)],
        },
        BatchState.Cancelling => new BatchDecision(Verdict.Done),
        _ => new BatchDecision(Verdict.Ended),
    };

    private static BatchDecision IfCutting(BatchRecord batch, string owner, Func<BatchDecision> decide) =>
        batch.State == BatchState.Validating && batch.Cutting.Owner == owner ? decide() : new BatchDecision(Verdict.Lost);

    private static BatchDecision IfScoring(BatchRecord batch, int chunk, string owner, Func<ActiveChunk, BatchDecision> decide) =>
        batch.State == BatchState.InProgress && batch.Find(chunk) is { } active && active.Lease.Owner == owner
            ? decide(active)
            : new BatchDecision(Verdict.Lost);

    private static bool IsHeldBy(BatchRecord batch, string owner) => batch.State switch
    {
        BatchState.Validating => batch.Cutting.Owner == owner,
        BatchState.InProgress => batch.Active.Any(chunk => chunk.Lease.Owner == owner),
        _ => false,
    };

    private BatchDecision DeliverCut(BatchRecord batch, BatchEvent.CutDelivered delivered, Moment now)
    {
        if (batch.State != BatchState.Validating || batch.Cutting.IsHeld(now.Storage))
        {
            return new BatchDecision(Verdict.Done);
        }

        return GiveUpCut(batch, now) ?? new BatchDecision(Verdict.Work)
        {
            Next = batch with
            {
                Cutting = batch.Cutting.Take(delivered.Owner, LeaseEnd(now)),
                CutLimits = batch.CutLimits ?? delivered.Limits,
                StartedAt = batch.StartedAt ?? now.Local,
            },
        };
    }

    private BatchDecision? GiveUpCut(BatchRecord batch, Moment now) =>
        batch.State == BatchState.Validating && !batch.Cutting.IsHeld(now.Storage) && IsExhausted(batch.Cutting)
            ? Fail(batch, BatchFaults.Exhausted($"None of the {batch.Cutting.Attempt} attempts at reading the input reached its end."), now)
            : null;

    private static BatchDecision CompleteCut(BatchRecord batch, BatchEvent.CutCompleted cut, Moment now) => new(Verdict.Done)
    {
        Next = batch with
        {
            State = BatchState.InProgress,
            InProgressAt = now.Local,
            Cutting = batch.Cutting.Requeue(now.Storage),
            Cut = cut.Cut,
            IsCompressed = cut.IsCompressed,
            Sha256 = cut.Sha256,
        },
    };

    private BatchDecision MissCut(BatchRecord batch, bool isInterruption, Moment now)
    {
        var lease = isInterruption ? batch.Cutting.Interrupt() : batch.Cutting;
        var delay = isInterruption ? GivenBackFor : PauseAfter(lease);
        var next = batch with { Cutting = lease.Requeue(now.Storage + delay) };
        return GiveUpCut(next, now) ?? new BatchDecision(Verdict.Done) { Next = next, After = [new BatchAction.Send(null, delay)] };
    }

    private BatchDecision Dispatch(BatchRecord batch, IReadOnlyList<ChunkSpan> chunks, Moment now)
    {
        var room = options.Value.MaxChunksInFlight - batch.Active.Count;
        var next = chunks.Where(chunk => chunk.Number >= batch.Dispatched).Take(Math.Max(0, room)).ToList();
        if (batch.State != BatchState.InProgress || next.Count == 0 || next[0].Number != batch.Dispatched)
        {
            return new BatchDecision(Verdict.Done);
        }

        return new BatchDecision(Verdict.Done)
        {
            Next = batch with
            {
                Dispatched = batch.Dispatched + next.Count,
                Active = [.. batch.Active, .. next.Select(chunk => new ActiveChunk(chunk, new WorkLease { AnnouncedAt = now.Storage }))],
            },
            After = [.. next.Select(chunk => new BatchAction.Send(chunk.Number, TimeSpan.Zero))],
        };
    }

    private BatchDecision DeliverChunk(BatchRecord batch, BatchEvent.ChunkDelivered delivered, Moment now)
    {
        if (batch.State != BatchState.InProgress || batch.Find(delivered.Chunk) is not { } chunk || chunk.Lease.IsHeld(now.Storage))
        {
            return new BatchDecision(Verdict.Done);
        }

        // The attempts at writing errors are as many as those at scoring.
        if (chunk.Lease.CountedAttempts() >= 2 * jobs.Value.MaxAttempts)
        {
            return Fail(batch, BatchFaults.Exhausted("A part of the input ends every process that reads it."), now);
        }

        return new BatchDecision(Verdict.Work)
        {
            Next = batch.With(chunk with
            {
                IsAbandoned = chunk.IsAbandoned || IsExhausted(chunk.Lease),
                Lease = chunk.Lease.Take(delivered.Owner, LeaseEnd(now)),
            }),
        };
    }

    private static BatchDecision CompleteChunk(BatchRecord batch, ActiveChunk chunk, ChunkResult result, Moment now)
    {
        var next = DoneChunks.Add(batch, chunk, result);
        return new BatchDecision(Verdict.Done)
        {
            Next = next.DoneChunks() < next.Cut.Chunks
                ? next
                : next with { State = BatchState.Finalizing, Outcome = BatchState.Completed, FinalizingAt = now.Local },
        };
    }

    private static BatchDecision MissChunk(BatchRecord batch, ActiveChunk chunk, bool isInterruption, Moment now)
    {
        var lease = isInterruption ? chunk.Lease.Interrupt() : chunk.Lease;
        var delay = isInterruption ? GivenBackFor : PauseAfter(lease);
        return new BatchDecision(Verdict.Done)
        {
            Next = batch.With(chunk with { Lease = lease.Requeue(now.Storage + delay) }),
            After = [new BatchAction.Send(chunk.Span.Number, delay)],
        };
    }

    private DateTimeOffset LeaseEnd(Moment now) => now.Storage + jobs.Value.LeaseDuration;

    private bool IsExhausted(WorkLease lease) =>
        lease.CountedAttempts() >= jobs.Value.MaxAttempts || lease.Interruptions >= jobs.Value.MaxInterruptions;

    private static TimeSpan PauseAfter(WorkLease lease)
    {
        var pause = GivenBackFor * Math.Pow(2, Math.Clamp(lease.CountedAttempts() - 1, 0, MaxDoublings));
        return pause < MaxPause ? pause : MaxPause;
    }
}
