namespace RerankFunctions.Contracts;

/// <summary>The answer of <c>GET /v1/jobs</c>.</summary>
/// <param name="Jobs">Jobs by the time of their submission, the oldest first. A page may be empty and still not be the last one.</param>
/// <param name="After">Value of <c>after</c> for the next page; left out on the last one.</param>
public sealed record JobList(IReadOnlyList<JobOverview> Jobs, string? After);

/// <summary>A job in a list. A field that does not apply is left out, never null.</summary>
/// <param name="Id">The job.</param>
/// <param name="Status">Its state.</param>
/// <param name="Model">Name of the model that scores it.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="CompletedAt">When it ended.</param>
/// <param name="Progress">Progress of the current attempt.</param>
/// <param name="Attempts">Attempts begun.</param>
/// <param name="Error">Code of the error with which it failed.</param>
public sealed record JobOverview(
    JobId Id,
    JobState Status,
    string Model,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt,
    JobProgress Progress,
    int Attempts,
    string? Error);
