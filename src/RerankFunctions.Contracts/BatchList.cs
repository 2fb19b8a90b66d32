using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>The answer of <c>GET /v1/batches</c>, in the form of OpenAI's lists.</summary>
/// <param name="Data">Batches by the time at which their input was written, the newest first.</param>
/// <param name="FirstId">The first of them; left out for an empty page.</param>
/// <param name="LastId">The last of them, which is <c>after</c> for the next page; left out for an empty page.</param>
/// <param name="HasMore">Whether there is a next page.</param>
public sealed record BatchList(IReadOnlyList<BatchStatus> Data, BatchId? FirstId, BatchId? LastId, bool HasMore)
{
    /// <summary><c>list</c>.</summary>
    [JsonPropertyName("object")]
    public string ObjectType { get; } = "list";
}
