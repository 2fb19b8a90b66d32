using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Batches.Protocol;

/// <summary>Finds what nothing else moves in a batch: leases that ran out, messages that do not come, room that nobody fills.</summary>
internal static class BatchRecovery
{
    // A message arrives within this, unless a backlog is in front of it. Each further message of the sweeper doubles it.
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(30);
    private const int MaxDoublings = 2;

    // Storage's clock is read to the second, and a state is written before its message.
    private static readonly TimeSpan ClockPrecision = TimeSpan.FromSeconds(5);

    /// <summary>Announces what no process holds again, after the host has given up a message of it.</summary>
    public static BatchDecision Recover(BatchRecord batch, int? chunk, Moment now)
    {
        if (chunk is null)
        {
            return batch.State == BatchState.Validating && batch.Cutting.IsHeld(now.Storage) ? new BatchDecision(Verdict.Done) : AnnounceBatch(batch, now);
        }

        return batch.State == BatchState.InProgress && batch.Find(chunk.Value) is { } active && !active.Lease.IsHeld(now.Storage)
            ? new BatchDecision(Verdict.Done)
            {
                Next = batch.With(active with { Lease = Announce(active.Lease, now) }),
                After = [new BatchAction.AnnounceRecovery(chunk), new BatchAction.Send(chunk, TimeSpan.Zero)],
            }
            : new BatchDecision(Verdict.Done);
    }

    /// <summary>Looks at a batch that has not ended.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="swept">What the sweeper knows of the queues.</param>
    /// <param name="maxInFlight">Maximum number of active chunks.</param>
    /// <param name="now">The time.</param>
    public static BatchDecision Sweep(BatchRecord batch, BatchEvent.Swept swept, int maxInFlight, Moment now)
    {
        if (batch.State == BatchState.InProgress)
        {
            return SweepChunks(batch, swept, maxInFlight, now);
        }

        var later = LookAgain(batch.Cutting, swept.BatchFront, now);
        return later is null ? AnnounceBatch(batch, now) : new BatchDecision(Verdict.Done) { LookAgainAt = Earlier(later.Value, batch.ExpiresAt) };
    }

    private static BatchDecision SweepChunks(BatchRecord batch, BatchEvent.Swept swept, int maxInFlight, Moment now)
    {
        var next = batch;
        List<BatchAction> after = [];
        var lookAgainAt = batch.ExpiresAt;
        foreach (var chunk in batch.Active)
        {
            if (LookAgain(chunk.Lease, swept.ChunkFront, now) is { } later)
            {
                lookAgainAt = Earlier(lookAgainAt, later);
                continue;
            }

            next = next.With(chunk with { Lease = Announce(chunk.Lease, now) });
            after.Add(new BatchAction.AnnounceRecovery(chunk.Span.Number));
            after.Add(new BatchAction.Send(chunk.Span.Number, TimeSpan.Zero));
        }

        var hasRoom = batch.Active.Count < maxInFlight && batch.Dispatched < batch.Cut.Chunks;
        if (hasRoom)
        {
            if (LookAgain(batch.Cutting, swept.BatchFront, now) is { } later)
            {
                lookAgainAt = Earlier(lookAgainAt, later);
            }
            else
            {
                next = next with { Cutting = Announce(next.Cutting, now) };
                after.Add(new BatchAction.AnnounceRecovery(null));
                after.Add(new BatchAction.Send(null, TimeSpan.Zero));
            }
        }

        return new BatchDecision(Verdict.Done) { Next = after.Count == 0 ? null : next, After = after, LookAgainAt = after.Count == 0 ? lookAgainAt : null };
    }

    private static BatchDecision AnnounceBatch(BatchRecord batch, Moment now) => new(Verdict.Done)
    {
        Next = batch with { Cutting = Announce(batch.Cutting, now) },
        After = [new BatchAction.AnnounceRecovery(null), new BatchAction.Send(null, TimeSpan.Zero)],
    };

    private static WorkLease Announce(WorkLease lease, Moment now) => lease.Free().Requeue(now.Storage) with { Recoveries = lease.Recoveries + 1 };

    /// <returns>When to look again at work that a process holds or whose message may still come; null for work that nothing moves.</returns>
    private static DateTimeOffset? LookAgain(WorkLease lease, DateTimeOffset? front, Moment now)
    {
        if (lease.IsHeld(now.Storage))
        {
            return lease.LeaseUntil;
        }

        if (lease.Owner is not null)
        {
            return null;
        }

        var due = lease.AnnouncedAt + (Arrival * (1 << Math.Min(lease.Recoveries, MaxDoublings)));
        if (now.Storage < due && due <= now.Storage + (Arrival * (1 << MaxDoublings)) + TimeSpan.FromMinutes(1))
        {
            return due;
        }

        return front <= lease.AnnouncedAt + ClockPrecision ? now.Storage + Arrival : null;
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
