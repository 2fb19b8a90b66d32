using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Settings;

namespace RerankFunctions.Jobs.Protocol;

/// <summary>
/// The state machine of a job: <c>queued → running → succeeded | failed | canceled</c>, and <c>running → queued</c> when an attempt ends without an outcome.
/// </summary>
public sealed class JobProtocol(IOptions<JobsOptions> options) : IJobProtocol
{
    /// <summary>Time that a lease can be ahead of storage's clock. One further ahead comes from a wrong clock and is over.</summary>
    public static readonly TimeSpan LongestLease = JobsOptions.MaxLeaseDuration + TimeSpan.FromMinutes(1);

    // The owner may renew its lease at the very end.
    private static readonly TimeSpan AfterLease = TimeSpan.FromSeconds(1);

    // Another worker gets the message soon, and the one that gave the job back does not get it at once.
    private static readonly TimeSpan GivenBackFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    // A message arrives within this, unless a backlog is in front of it. Each further message of the sweeper doubles it.
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(30);
    private const int MaxDoublings = 2;

    // Storage's clock is read to the second, and a state is written before its message.
    private static readonly TimeSpan ClockPrecision = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public Decision Decide(JobRecord job, JobEvent occurrence, Moment now)
    {
        ArgumentNullException.ThrowIfNull(job);
        return occurrence switch
        {
            JobEvent.Delivered delivered => Deliver(job, delivered, now),
            JobEvent.Poisoned => Recover(job, now),
            JobEvent.Swept swept => Sweep(job, swept, now),
            JobEvent.CancelRequested => job.IsEnded() ? Ended(job) : End(job, job.Cancel(now.Local)),
            JobEvent.Renewed renewed => IfOwned(job, renewed.Owner, () => new Decision(Verdict.Work)
            {
                Next = job.Renew(renewed.Scored, now.Storage + options.Value.LeaseDuration),
            }),
            JobEvent.Completed scored => IfOwned(job, scored.Owner, () => End(job, job.Succeed(now.Local), scored.Answer)),
            JobEvent.Faulted faulted => IfOwned(job, faulted.Owner, () => End(job, job.Fail(faulted.Error, now.Local))),
            JobEvent.Interrupted interrupted => IfOwned(job, interrupted.Owner, () => TryAgain(job.Interrupt(), GivenBackFor, now)),
            JobEvent.Missed missed => IfOwned(job, missed.Owner, () => TryAgain(job, PauseAfter(job), now)),
            _ => throw new ArgumentOutOfRangeException(nameof(occurrence)),
        };
    }

    /// <summary>Whether a worker holds the job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">Time by storage's clock.</param>
    public static bool IsLeased(JobRecord job, DateTimeOffset now) =>
        job.State == JobState.Running && job.LeaseUntil > now && job.LeaseUntil <= now + LongestLease;

    // A crash after the swap may have left out the callback's message. One too many is dropped.
    private static Decision Ended(JobRecord job) => new(Verdict.Ended) { After = [.. Callback(job), new JobAction.DeleteMarker()] };

    private static JobAction[] Callback(JobRecord job) => job.CallbackUrl is null ? [] : [new JobAction.Send(QueueKind.Callbacks, TimeSpan.Zero)];

    private static Decision End(JobRecord job, JobRecord next, RerankAnswer? answer = null) => new(Verdict.Done)
    {
        Before = answer is null ? [] : [new JobAction.StoreAnswer(job.Attempt, answer)],
        Next = next,
        After = [new JobAction.AnnounceEnd(answer), .. Callback(job), new JobAction.DeleteMarker()],
    };

    private static Decision IfOwned(JobRecord job, string owner, Func<Decision> decide) =>
        job.State == JobState.Running && job.Owner == owner ? decide() : new Decision(Verdict.Lost);

    private Decision Deliver(JobRecord job, JobEvent.Delivered delivered, Moment now)
    {
        if (job.IsEnded())
        {
            return Ended(job);
        }

        if (IsLeased(job, now.Storage))
        {
            // The sweeper sends to the recovery queue again when the lease runs out; another message would only add to those that go round.
            var delay = job.LeaseUntil.GetValueOrDefault() - now.Storage + AfterLease;
            return new Decision(Verdict.Done) { After = delivered.Queue == QueueKind.Recovery ? [] : [new JobAction.Send(delivered.Queue, delay)] };
        }

        var free = Free(job);
        return GiveUp(free, now) ?? new Decision(Verdict.Work)
        {
            Next = free.Take(delivered.Owner, now.Local, now.Storage + options.Value.LeaseDuration),
        };
    }

    private Decision Sweep(JobRecord job, JobEvent.Swept swept, Moment now)
    {
        if (!job.IsEnded() && !IsLeased(job, now.Storage) && job.State == JobState.Queued && GiveUp(job, now) is null)
        {
            var due = job.AnnouncedAt + (Arrival * (1 << Math.Min(job.Recoveries, MaxDoublings)));
            if (now.Storage < due && due <= now.Storage + (Arrival * (1 << MaxDoublings)))
            {
                return LookAgain(job, due);
            }

            if (swept.Front <= job.AnnouncedAt + ClockPrecision)
            {
                return LookAgain(job, now.Storage + Arrival);
            }
        }

        return Recover(job, now);
    }

    /// <summary>Announces a job that no worker holds; bad luck of its message is not its fault.</summary>
    private Decision Recover(JobRecord job, Moment now)
    {
        if (job.IsEnded())
        {
            return Ended(job);
        }

        if (IsLeased(job, now.Storage))
        {
            return new Decision(Verdict.Done) { LookAgainAt = job.LeaseUntil };
        }

        var free = Free(job);
        return GiveUp(free, now) ?? new Decision(Verdict.Done)
        {
            Next = free.Requeue(now.Storage) with { Recoveries = free.Recoveries + 1 },
            After = [new JobAction.Send(QueueKind.Recovery, TimeSpan.Zero)],
        };
    }

    private Decision TryAgain(JobRecord job, TimeSpan delay, Moment now) => GiveUp(job, now) ?? new Decision(Verdict.Done)
    {
        Next = job.Requeue(now.Storage + delay),
        After = [new JobAction.Send(QueueKind.Recovery, delay)],
    };

    /// <returns>The end of a job that no attempt can save; null for any other.</returns>
    private Decision? GiveUp(JobRecord job, Moment now)
    {
        if (job.Deadline <= now.Storage)
        {
            return End(job, job.Fail(new JobError(FailureCodes.DeadlineExceeded, "The job had no answer within its timeout_seconds."), now.Local));
        }

        return job.CountedAttempts() >= options.Value.MaxAttempts || job.Interruptions >= options.Value.MaxInterruptions
            ? End(job, job.Fail(new JobError(FailureCodes.AttemptsExhausted, $"None of the {job.Attempt} attempts at the job reached an outcome."), now.Local))
            : null;
    }

    private static Decision LookAgain(JobRecord job, DateTimeOffset at) => new(Verdict.Done) { LookAgainAt = job.Deadline < at ? job.Deadline : at };

    private static JobRecord Free(JobRecord job) => job.State == JobState.Running ? job.Crash() : job;

    private static TimeSpan PauseAfter(JobRecord job)
    {
        var pause = GivenBackFor * Math.Pow(2, Math.Min(job.CountedAttempts() - 1, 10));
        return pause < MaxPause ? pause : MaxPause;
    }
}
