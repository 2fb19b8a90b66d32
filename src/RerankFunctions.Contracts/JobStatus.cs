namespace RerankFunctions.Contracts;

/// <summary>What <c>GET /v1/jobs/{id}</c> answers. What does not apply is left out, never null.</summary>
public sealed record JobStatus
{
    /// <summary>The job.</summary>
    public required JobId Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState Status { get; init; }

    /// <summary>Name of the model that scores it.</summary>
    public required string Model { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the attempt under way, or the one that ended it, began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Pairs scored of all pairs.</summary>
    public required JobProgress Progress { get; init; }

    /// <summary>Attempts begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Milliseconds from acceptance to <see cref="StartedAt"/>.</summary>
    public long? QueueMs { get; init; }

    /// <summary>Milliseconds from <see cref="StartedAt"/> to <see cref="CompletedAt"/>.</summary>
    public long? RunMs { get; init; }

    /// <summary>Why it failed.</summary>
    public JobError? Error { get; init; }

    /// <summary>What the client attached to the request.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>The answer's results, once succeeded.</summary>
    public IReadOnlyList<RerankResult>? Results { get; init; }

    /// <summary>The answer's usage, once succeeded.</summary>
    public RerankUsage? Usage { get; init; }

    /// <summary>The answer's meta data, once succeeded.</summary>
    public RerankMeta? Meta { get; init; }

    /// <summary>Set where the job's URL is known: at the HTTP border.</summary>
    public JobLinks? Links { get; init; }
}
