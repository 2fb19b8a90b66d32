using System.Text.Json.Serialization;

namespace RerankFunctions.Http;

/// <summary>What <c>/readyz</c> answers.</summary>
/// <param name="Storage"><c>reachable</c> or <c>unreachable</c>.</param>
/// <param name="QueuedMessages">Messages in the queue, roughly; left out while storage is unreachable.</param>
/// <param name="Model">State of the model; left out where this process scores nothing.</param>
internal sealed record ReadyAnswer(string Storage, int? QueuedMessages, ModelState? Model)
{
    [JsonIgnore]
    public bool IsReady => Storage == "reachable" && Model is null or { Status: "loaded" };

    public string Status => IsReady ? "ready" : "not ready";
}
