using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>A queue message: a claim check for the job's blobs, never text of a request.</summary>
/// <param name="Version">Version of this layout: <see cref="CurrentVersion"/>.</param>
/// <param name="JobId">The job to score.</param>
/// <param name="TraceParent">W3C trace context of the request that submitted the job.</param>
[method: JsonConstructor]
public sealed record JobMessage(
    [property: JsonPropertyName("v")] int Version,
    [property: JsonPropertyName("jobId")] JobId JobId,
    [property: JsonPropertyName("traceparent")] string? TraceParent)
{
    /// <summary>The version that this app writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Creates a message of the current version.</summary>
    public JobMessage(JobId jobId, string? traceParent)
        : this(CurrentVersion, jobId, traceParent)
    {
    }

    /// <summary>Parses a message. Returns false unless it is valid JSON of this version with the id of a job.</summary>
    public static bool TryParse(string? json, [NotNullWhen(true)] out JobMessage? message)
    {
        try
        {
            message = string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize(json, ContractsJson.Default.JobMessage);
        }
        catch (JsonException)
        {
            message = null;
        }

        if (message is not { Version: CurrentVersion } || message.JobId == default)
        {
            message = null;
        }

        return message is not null;
    }

    /// <summary>Whether a text is a message of a newer version than this app can read.</summary>
    public static bool IsNewer(string text) => FormatVersion.Read(Encoding.UTF8.GetBytes(text)) > CurrentVersion;

    /// <summary>Returns the text of the message.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ContractsJson.Default.JobMessage);
}
