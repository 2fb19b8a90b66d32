using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>A queue message of a batch or of one of its chunks: a claim check, never text of a request.</summary>
/// <param name="Version">Version of this layout: <see cref="CurrentVersion"/>.</param>
/// <param name="BatchId">The batch.</param>
/// <param name="Chunk">Number of the chunk to score, from 0; null for a message of the batch itself.</param>
/// <param name="TraceParent">W3C trace context of the request that started the batch.</param>
[method: JsonConstructor]
public sealed record BatchMessage(
    [property: JsonPropertyName("v")] int Version,
    [property: JsonPropertyName("batchId")] BatchId BatchId,
    [property: JsonPropertyName("chunk")] int? Chunk,
    [property: JsonPropertyName("traceparent")] string? TraceParent)
{
    /// <summary>The version that this app writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Creates a message of the current version.</summary>
    public BatchMessage(BatchId batchId, int? chunk, string? traceParent)
        : this(CurrentVersion, batchId, chunk, traceParent)
    {
    }

    /// <summary>Parses a message. Returns false unless it is valid JSON of this version with the id of a batch.</summary>
    public static bool TryParse(string? json, [NotNullWhen(true)] out BatchMessage? message)
    {
        try
        {
            message = string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize(json, ContractsJson.Default.BatchMessage);
        }
        catch (JsonException)
        {
            message = null;
        }

        if (message is not { Version: CurrentVersion, Chunk: null or >= 0 } || message.BatchId == default)
        {
            message = null;
        }

        return message is not null;
    }

    /// <summary>Whether a text is a message of a newer version than this app can read.</summary>
    public static bool IsNewer(string text) => FormatVersion.Read(Encoding.UTF8.GetBytes(text)) > CurrentVersion;

    /// <summary>Returns the text of the message.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ContractsJson.Default.BatchMessage);
}
