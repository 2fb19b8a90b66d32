using System.Text.Json.Serialization;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Service;

/// <summary>
/// What this program shows of a <see cref="BatchStatus"/>. It reads no more, and takes any state, so that it works with services of other versions.
/// </summary>
/// <param name="Id">The batch.</param>
/// <param name="Status">Its state, one of <c>validating, in_progress, finalizing, completed, failed, cancelling, cancelled, expired</c>.</param>
/// <param name="RequestCounts">Its jobs; null where they are not counted yet.</param>
/// <param name="OutputFileId">Blob of its output; null while there is none.</param>
/// <param name="ErrorFileId">Blob of its failed lines; null while there is none.</param>
/// <param name="Errors">Why it failed; null if it did not.</param>
internal sealed record BatchObject(
    string Id, string Status, BatchCounts? RequestCounts, string? OutputFileId, string? ErrorFileId, BatchErrors? Errors)
{
    /// <summary>Whether the state is final.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is "completed" or "failed" or "cancelled" or "expired";
}

/// <summary>A page of batches.</summary>
/// <param name="Data">The batches.</param>
/// <param name="HasMore">Whether there are more.</param>
/// <param name="LastId">Value of <c>after</c> for the next page.</param>
internal sealed record BatchPage(IReadOnlyList<BatchObject> Data, bool HasMore, string? LastId);

/// <summary>The request that starts a batch.</summary>
/// <param name="Input">The input, as <c>container/name</c> of a blob.</param>
/// <param name="Metadata">What the client attaches; null for nothing.</param>
internal sealed record BatchRequest(string Input, IReadOnlyDictionary<string, string>? Metadata);

/// <summary>The models of a service.</summary>
/// <param name="Data">The models.</param>
internal sealed record ModelPage(IReadOnlyList<ServedModel> Data);

/// <summary>A model of a service.</summary>
/// <param name="Id">Name by which requests call it.</param>
internal sealed record ServedModel(string Id);

/// <summary>JSON form of what the service answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchObject))]
[JsonSerializable(typeof(BatchPage))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(ModelPage))]
internal sealed partial class ServiceJson : JsonSerializerContext;
