using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs;

/// <summary>
/// What <c>status.json</c> holds, and the steps from one state to the next. It is written by compare-and-swap only, so each step
/// happens to the state that its writer has seen.
/// </summary>
internal sealed record JobRecord
{
    /// <summary>The job.</summary>
    public required JobId Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>Name of the model that the request asks for.</summary>
    public required string Model { get; init; }

    /// <summary>Pairs to score.</summary>
    public required int Total { get; init; }

    /// <summary>Pairs scored by the attempt under way, as of its last renewal.</summary>
    public int Scored { get; init; }

    /// <summary>Attempts begun; numbers the result blobs, so it never goes back.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that a shutdown ended, or a model that cannot be loaded: no fault of the job.</summary>
    public int Interruptions { get; init; }

    /// <summary>Who runs the attempt, or ran the one that ended the job. Unique to an attempt.</summary>
    public string? Owner { get; init; }

    /// <summary>Until when the attempt belongs to its owner, unless renewed.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>When the job was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the job ended.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The attempt whose result blob is the answer.</summary>
    public int? ResultAttempt { get; init; }

    /// <summary>Why the job failed.</summary>
    public JobError? Error { get; init; }

    /// <summary>What the client attached.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether the job ended: then nothing changes it any more.</summary>
    public bool IsEnded() => State is JobState.Succeeded or JobState.Failed or JobState.Canceled;

    /// <summary>Whether a worker holds the job.</summary>
    public bool IsLeased(DateTimeOffset now) => State == JobState.Running && LeaseUntil > now;

    /// <summary>Whether the job may not be tried again.</summary>
    public bool IsExhausted(int maxAttempts) => Attempt - Interruptions >= maxAttempts;

    /// <summary>A job just accepted.</summary>
    public static JobRecord Accept(JobId id, RerankRequest request, DateTimeOffset now) => new()
    {
        Id = id,
        State = JobState.Queued,
        Model = request.Model,
        Total = request.Documents.Count,
        CreatedAt = now,
        Metadata = request.Metadata,
    };

    /// <summary>A worker begins an attempt.</summary>
    public JobRecord Take(string owner, DateTimeOffset now, TimeSpan lease) => this with
    {
        State = JobState.Running,
        Scored = 0,
        Attempt = Attempt + 1,
        Owner = owner,
        LeaseUntil = now + lease,
        StartedAt = now,
    };

    /// <summary>The owner is still at work.</summary>
    public JobRecord Renew(int scored, DateTimeOffset now, TimeSpan lease) => this with { Scored = scored, LeaseUntil = now + lease };

    /// <summary>The owner gives the job back for another attempt.</summary>
    /// <param name="interrupted">Whether the attempt counts among <see cref="Interruptions"/>.</param>
    public JobRecord Release(bool interrupted) => this with
    {
        State = JobState.Queued,
        Scored = 0,
        Interruptions = Interruptions + (interrupted ? 1 : 0),
        Owner = null,
        LeaseUntil = null,
        StartedAt = null,
    };

    /// <summary>The owner's result blob becomes the answer.</summary>
    public JobRecord Succeed(DateTimeOffset now) => this with
    {
        State = JobState.Succeeded,
        Scored = Total,
        LeaseUntil = null,
        CompletedAt = now,
        ResultAttempt = Attempt,
    };

    /// <summary>The job ends with an error.</summary>
    public JobRecord Fail(JobError error, DateTimeOffset now) => this with
    {
        State = JobState.Failed,
        LeaseUntil = null,
        CompletedAt = now,
        Error = error,
    };

    /// <summary>Milliseconds that the attempt took which ended the job; null until then.</summary>
    public long? RunMilliseconds() => (long?)(CompletedAt - StartedAt)?.TotalMilliseconds;

    /// <summary>The state as callers see it.</summary>
    /// <param name="answer">The answer of a job that succeeded.</param>
    public JobStatus ToStatus(RerankAnswer? answer) => new()
    {
        Id = Id,
        Status = State,
        Model = Model,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        CompletedAt = CompletedAt,
        Progress = new JobProgress(Total, Scored),
        Attempts = Attempt,
        QueueMs = (long?)(StartedAt - CreatedAt)?.TotalMilliseconds,
        RunMs = RunMilliseconds(),
        Error = Error,
        Metadata = Metadata,
        Results = answer?.Results,
        Usage = answer?.Usage,
        Meta = answer?.Meta,
    };
}
