using RerankFunctions.Contracts;

namespace RerankFunctions.Jobs.Records;

/// <summary>Names of the blobs in the container.</summary>
internal static class BlobNames
{
    /// <summary>Start of the names of all blobs of jobs.</summary>
    public const string Jobs = "jobs/";

    /// <summary>Start of the names of markers.</summary>
    public const string Markers = "active/";

    /// <summary>Start of the names of idempotency keys.</summary>
    public const string Keys = "idempotency/";

    private const string StateFile = "/status.json";
    private const string CallbackFile = "/callback.json";

    /// <summary>Returns the start of the names of a job's blobs.</summary>
    public static string OfJob(JobId id) => $"{Jobs}{id}/";

    /// <summary>Returns the name of a job's request.</summary>
    public static string Request(JobId id) => $"{Jobs}{id}/request.json";

    /// <summary>Returns the name of a job's state.</summary>
    public static string State(JobId id) => $"{Jobs}{id}{StateFile}";

    /// <summary>Returns the name of an attempt's answer.</summary>
    public static string Answer(JobId id, int attempt) => string.Create(null, $"{Jobs}{id}/results/{attempt}.json");

    /// <summary>Returns the start of the names of the scores that attempts at a job have stored.</summary>
    public static string Scores(JobId id) => $"{Jobs}{id}/scores/";

    /// <summary>Returns the name of the state of a job's callback.</summary>
    public static string Callback(JobId id) => $"{Jobs}{id}{CallbackFile}";

    /// <summary>Returns the name of a job's marker.</summary>
    public static string Marker(JobId id) => $"{Markers}{id}";

    /// <summary>Returns whether a blob is the state of a job.</summary>
    public static bool IsState(string name) => name.EndsWith(StateFile, StringComparison.Ordinal);

    /// <summary>Returns whether a blob is the state of a job's callback.</summary>
    public static bool IsCallback(string name) => name.EndsWith(CallbackFile, StringComparison.Ordinal);

    /// <summary>Returns the job that a blob belongs to; null for other blobs.</summary>
    public static JobId? FindJob(string name) =>
        name.StartsWith(Jobs, StringComparison.Ordinal) && JobId.TryParse(name[Jobs.Length..].Split('/')[0], out var id) ? id : null;

    /// <summary>Returns the job of a marker; null for other blobs.</summary>
    public static JobId? FindMarked(string name) =>
        name.StartsWith(Markers, StringComparison.Ordinal) && JobId.TryParse(name[Markers.Length..], out var id) ? id : null;
}
