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
