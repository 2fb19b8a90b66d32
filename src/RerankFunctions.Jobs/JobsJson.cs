using System.Text.Json.Serialization;

namespace RerankFunctions.Jobs;

/// <summary>How the blobs that are no wire types are written and read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(IdempotencyRecord))]
internal sealed partial class JobsJson : JsonSerializerContext;
