using System.Text.Json;
using System.Text.Json.Serialization;
using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Protocol;

/// <summary>
/// The state of a job, stored as <c>status.json</c>, and the steps from one state to the next. It is written by compare-and-swap only,
/// so that each step applies to the state that its writer has read. <see cref="JobProtocol"/> decides which step an event leads to.
/// </summary>
public sealed record JobRecord : SwappedState
{
    /// <summary>Version of the state's form that this app writes. It covers all blobs of the job.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Version of the state's form. A state without one has version 1.</summary>
    [JsonPropertyName("v")]
    [JsonInclude]
    public int Version { get; internal set; } = CurrentVersion;

    /// <summary>The job.</summary>
    public required JobId Id { get; init; }

    /// <summary>Its state.</summary>
    public required JobState State { get; init; }

    /// <summary>Name of the model that the request asks for.</summary>
    public required string Model { get; init; }

    /// <summary>Number of pairs to score.</summary>
    public required int Total { get; init; }

    /// <summary>Size of the stored request in bytes.</summary>
    public long RequestBytes { get; init; }

    /// <summary>Pairs that the current attempt had scored at its last renewal.</summary>
    public int Scored { get; init; }

    /// <summary>Attempts begun. It numbers the result blobs, so it never decreases.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts that a shutdown or an unloadable model ended.</summary>
    public int Interruptions { get; init; }

    /// <summary>Attempts whose lease ran out, because their process crashed or lost its connection.</summary>
    public int Crashes { get; init; }

    /// <summary>Priority of the request, as <see cref="RerankRequest.Priority"/>.</summary>
    public int? Priority { get; init; }

    /// <summary>When the answer is worth nothing any more, by storage's clock; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>W3C trace context of the submission, for messages.</summary>
    public string? TraceParent { get; init; }

    /// <summary>When a message of the job was last sent, by storage's clock.</summary>
    public DateTimeOffset AnnouncedAt { get; init; }

    /// <summary>Messages that the sweeper has sent since the last attempt.</summary>
    public int Recoveries { get; init; }

    /// <summary>The worker's attempt that holds the job, or that ended it. Unique to an attempt.</summary>
    public string? Owner { get; init; }

    /// <summary>End of the owner's lease by storage's clock, unless it is renewed.</summary>
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

    /// <summary>Address that receives the job's status when it has ended; null for none.</summary>
    public Uri? CallbackUrl { get; init; }

    /// <summary>What the client attached.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Fields that a newer app has added without a new version. Every step keeps them.</summary>
    [JsonExtensionData]
    [JsonInclude]
    public IDictionary<string, JsonElement>? AdditionalFields { get; internal set; }

    /// <summary>Whether the job has ended. An ended job never changes.</summary>
    public bool IsEnded() => State is JobState.Succeeded or JobState.Failed or JobState.Canceled;

    /// <summary>Number of attempts that count: those that no shutdown and no unloadable model has ended.</summary>
    public int CountedAttempts() => Attempt - Interruptions;

    /// <summary>The queue of the job's last message.</summary>
    public QueueKind AnnouncedIn() => Recoveries > 0 || Attempt > 0 ? QueueKind.Recovery : RequestPriority.QueueOf(Priority);

    /// <summary>Creates the state of a job that has just been accepted.</summary>
    /// <param name="id">The job.</param>
    /// <param name="request">Its request.</param>
    /// <param name="requestBytes">Size of the stored request.</param>
    /// <param name="traceParent">W3C trace context of the submission; null for none.</param>
    /// <param name="now">The time.</param>
    public static JobRecord Accept(JobId id, RerankRequest request, long requestBytes, string? traceParent, Moment now) => new()
    {
        Id = id,
        Write = NewMark(),
        State = JobState.Queued,
        Model = request.Model,
        Total = request.Documents.Count,
        RequestBytes = requestBytes,
        Priority = request.Priority,
        Deadline = request.TimeoutSeconds is { } seconds ? now.Storage + TimeSpan.FromSeconds(seconds) : null,
        TraceParent = traceParent,
        CreatedAt = now.Local,
        AnnouncedAt = now.Storage,
        CallbackUrl = request.CallbackUrl,
        Metadata = request.Metadata,
    };

    /// <summary>Begins an attempt.</summary>
    public JobRecord Take(string owner, DateTimeOffset now, DateTimeOffset leaseUntil) => this with
    {
        State = JobState.Running,
        Scored = 0,
        Attempt = Attempt + 1,
        Recoveries = 0,
        Owner = owner,
        LeaseUntil = leaseUntil,
        StartedAt = now,
    };

    /// <summary>Extends the owner's lease and updates the progress.</summary>
    public JobRecord Renew(int scored, DateTimeOffset leaseUntil) => this with { Scored = scored, LeaseUntil = leaseUntil };

    /// <summary>Counts the attempt whose lease ran out.</summary>
    public JobRecord Crash() => this with { Crashes = Crashes + 1 };

    /// <summary>Counts the attempt that a shutdown or an unloadable model ends.</summary>
    public JobRecord Interrupt() => this with { Interruptions = Interruptions + 1 };

    /// <summary>Queues the job for another attempt, announced by a message.</summary>
    /// <param name="announcedAt">Time of the message by storage's clock.</param>
    public JobRecord Requeue(DateTimeOffset announcedAt) => this with
    {
        State = JobState.Queued,
        Scored = 0,
        AnnouncedAt = announcedAt,
        Owner = null,
        LeaseUntil = null,
        StartedAt = null,
    };

    /// <summary>Ends the job with the result blob of its current attempt as the answer.</summary>
    public JobRecord Succeed(DateTimeOffset now) => this with
    {
        State = JobState.Succeeded,
        Scored = Total,
        LeaseUntil = null,
        CompletedAt = now,
        ResultAttempt = Attempt,
    };

    /// <summary>Ends the job at the client's request.</summary>
    public JobRecord Cancel(DateTimeOffset now) => this with { State = JobState.Canceled, LeaseUntil = null, CompletedAt = now };

    /// <summary>Ends the job with an error.</summary>
    public JobRecord Fail(JobError error, DateTimeOffset now) => this with
    {
        State = JobState.Failed,
        LeaseUntil = null,
        CompletedAt = now,
        Error = error,
    };

    /// <summary>Returns the duration in milliseconds of the attempt that ended the job; null before the end.</summary>
    public long? RunMilliseconds() => Moment.Milliseconds(StartedAt, CompletedAt);

    /// <summary>Returns the state in the form that callers see.</summary>
    /// <param name="answer">The answer of a job that succeeded; null otherwise.</param>
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
        QueueMs = Moment.Milliseconds(CreatedAt, StartedAt),
        RunMs = RunMilliseconds(),
        Error = Error,
        Callback = CallbackUrl is null ? null : new JobCallback(CallbackStatus.Pending),
        Metadata = Metadata,
        Results = answer?.Results,
        Usage = answer?.Usage,
        Meta = answer?.Meta,
    };
}
