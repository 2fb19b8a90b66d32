using System.Globalization;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Records;

/// <summary>What the metadata of <c>status.json</c> tells of a job, so that a list needs no reads.</summary>
internal static class JobSummary
{
    private const string State = "state";
    private const string Model = "model";
    private const string Total = "total";
    private const string Scored = "scored";
    private const string Attempts = "attempts";
    private const string Created = "created";
    private const string Completed = "completed";
    private const string Error = "error";

    /// <summary>Returns the metadata of a state.</summary>
    public static IReadOnlyDictionary<string, string> Describe(JobRecord job)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [State] = job.State.ToString(),
            [Model] = Uri.EscapeDataString(job.Model),
            [Total] = job.Total.ToString(CultureInfo.InvariantCulture),
            [Scored] = job.Scored.ToString(CultureInfo.InvariantCulture),
            [Attempts] = job.Attempt.ToString(CultureInfo.InvariantCulture),
            [Created] = Format(job.CreatedAt),
        };
        if (job.CompletedAt is { } completed)
        {
            metadata[Completed] = Format(completed);
        }

        if (job.Error is { } error)
        {
            metadata[Error] = error.Code;
        }

        return metadata;
    }

    /// <summary>Reads the metadata of a state; null when it is not complete.</summary>
    public static JobOverview? Read(JobId id, IReadOnlyDictionary<string, string> metadata) =>
        Enum.TryParse<JobState>(metadata.GetValueOrDefault(State), out var state)
        && int.TryParse(metadata.GetValueOrDefault(Total), CultureInfo.InvariantCulture, out var total)
        && int.TryParse(metadata.GetValueOrDefault(Scored), CultureInfo.InvariantCulture, out var scored)
        && int.TryParse(metadata.GetValueOrDefault(Attempts), CultureInfo.InvariantCulture, out var attempts)
        && Parse(metadata.GetValueOrDefault(Created)) is { } created
            ? new JobOverview(
                id, state, Uri.UnescapeDataString(metadata.GetValueOrDefault(Model, "")), created, Parse(metadata.GetValueOrDefault(Completed)),
                new JobProgress(total, scored), attempts, metadata.GetValueOrDefault(Error))
            : null;

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Parse(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : null;
}
