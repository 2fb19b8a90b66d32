using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>The answer of <c>GET /v1/jobs/{id}</c>. A field that does not apply is left out, never null.</summary>
public sealed record JobStatus
{
    /// <summary>The job.</summary>
    public required JobId Id { get; init; }

    /// <summary>Its state.</summary>
    public required JobState Status { get; init; }

    /// <summary>Name of the model that scores it.</summary>
    public required string Model { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the current attempt, or the one that ended the job, began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Progress of the current attempt.</summary>
    public required JobProgress Progress { get; init; }

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Milliseconds from acceptance to <see cref="StartedAt"/>.</summary>
    public long? QueueMs { get; init; }

    /// <summary>Milliseconds from <see cref="StartedAt"/> to <see cref="CompletedAt"/>.</summary>
    public long? RunMs { get; init; }

    /// <summary>Why it failed.</summary>
    public JobError? Error { get; init; }

    /// <summary>The call to the request's <c>callback_url</c>; left out where it has none.</summary>
    public JobCallback? Callback { get; init; }

    /// <summary>What the client attached to the request.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The answer's results, once succeeded.</summary>
    public IReadOnlyList<RerankResult>? Results { get; init; }

    /// <summary>The answer's usage, once succeeded.</summary>
    public RerankUsage? Usage { get; init; }

    /// <summary>The answer's metadata, once succeeded.</summary>
    public RerankMeta? Meta { get; init; }

    /// <summary>Links to the job. The HTTP layer sets them, because it knows the URL.</summary>
    public JobLinks? Links { get; init; }

    /// <summary>Returns whether the job has not ended.</summary>
    public bool IsPending() => Status is JobState.Queued or JobState.Running;
}

/// <summary>The state of a job. A job ends exactly once and never leaves its end state.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Accepted, and waiting for a worker.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>A worker holds its lease and scores it.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Ended with an answer.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>Ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Ended at the client's request.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,
}

/// <summary>Progress of a job.</summary>
/// <param name="Total">Pairs to score.</param>
/// <param name="Scored">Pairs scored so far, 0 to <paramref name="Total"/>.</param>
public sealed record JobProgress(int Total, int Scored);

/// <summary>Why a job failed.</summary>
/// <param name="Code">For programs, for instance <c>attempts_exhausted</c>.</param>
/// <param name="Message">For people, without text of query or documents.</param>
public sealed record JobError(string Code, string Message);

/// <summary>Links to a job.</summary>
/// <param name="Self">URL of its status.</param>
public sealed record JobLinks(string Self);
