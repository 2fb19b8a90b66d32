using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Batches.Protocol;

/// <summary>The attempts at a piece of a batch's work, and the lease of the current one. Times are by storage's clock.</summary>
public sealed record WorkLease
{
    /// <summary>Attempts begun.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that a shutdown or an unloadable model ended.</summary>
    public int Interruptions { get; init; }

    /// <summary>Attempts whose lease ran out.</summary>
    public int Crashes { get; init; }

    /// <summary>The current attempt; null while nobody works. Unique to an attempt.</summary>
    public string? Owner { get; init; }

    /// <summary>End of the owner's lease, unless it is renewed.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>When a message was last sent.</summary>
    public DateTimeOffset AnnouncedAt { get; init; }

    /// <summary>Messages that the sweeper has sent since the last attempt.</summary>
    public int Recoveries { get; init; }

    /// <summary>Number of attempts that count: those that no shutdown and no unloadable model has ended.</summary>
    public int CountedAttempts() => Attempt - Interruptions;

    /// <summary>Whether a process works on it.</summary>
    public bool IsHeld(DateTimeOffset now) => Owner is not null && LeaseUntil > now && LeaseUntil <= now + JobProtocol.LongestLease;

    /// <summary>Begins an attempt. An attempt before it whose lease ran out is a crash.</summary>
    public WorkLease Take(string owner, DateTimeOffset leaseUntil) => Free() with
    {
        Attempt = Attempt + 1,
        Owner = owner,
        LeaseUntil = leaseUntil,
        Recoveries = 0,
    };

    /// <summary>Extends the owner's lease.</summary>
    public WorkLease Renew(DateTimeOffset leaseUntil) => this with { LeaseUntil = leaseUntil };

    /// <summary>Ends the attempt, which does not count.</summary>
    public WorkLease Interrupt() => this with { Interruptions = Interruptions + 1 };

    /// <summary>Ends the attempt, if there is one, as a crash.</summary>
    public WorkLease Free() => Owner is null ? this : this with { Owner = null, LeaseUntil = null, Crashes = Crashes + 1 };

    /// <summary>Waits for another attempt, announced by a message.</summary>
    /// <param name="announcedAt">Time of the message.</param>
    public WorkLease Requeue(DateTimeOffset announcedAt) => this with { Owner = null, LeaseUntil = null, AnnouncedAt = announcedAt };
}
