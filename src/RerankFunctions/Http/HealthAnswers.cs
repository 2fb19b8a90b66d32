using System.Text.Json.Serialization;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Http;

/// <summary>The answer of <c>/healthz</c>.</summary>
/// <param name="Status"><c>up</c>.</param>
internal sealed record HealthAnswer(string Status);

/// <summary>The answer of <c>/readyz</c>.</summary>
/// <param name="Storage"><c>reachable</c> or <c>unreachable</c>.</param>
/// <param name="QueuedMessages">Approximate number of messages in the queue; left out while storage is unreachable.</param>
/// <param name="Model">State of the default model; left out where this process scores no jobs.</param>
/// <param name="OtherModels">States of the other models; left out where there are none. They do not decide readiness.</param>
internal sealed record ReadyAnswer(string Storage, int? QueuedMessages, ModelAnswer? Model, IReadOnlyList<ModelAnswer>? OtherModels = null)
{
    [JsonIgnore]
    public bool IsReady => Storage == "reachable" && Model is null or { Status: "loaded" or "unloaded" };

    public string Status => IsReady ? "ready" : "not ready";
}

/// <summary>The model in the answer of <c>/readyz</c>. Anybody may ask: messages of failures name files, so they are in the log only.</summary>
/// <param name="Status"><c>loading</c>, <c>loaded</c>, <c>unloaded</c> (others use its memory now) or <c>failed</c>.</param>
/// <param name="Name">Name by which requests call it.</param>
/// <param name="Code">Why the latest try to load it failed; left out where none has failed.</param>
/// <param name="Description">The loaded model.</param>
internal sealed record ModelAnswer(string Status, string Name, string? Code = null, ModelDescription? Description = null);

/// <summary>JSON form of the health answers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
internal sealed partial class HealthJson : JsonSerializerContext;
