using System.Text.Json.Serialization;

namespace RerankFunctions.Cli.Service;

/// <summary>JSON form of what the service reads and answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchObject))]
[JsonSerializable(typeof(BatchPage))]
[JsonSerializable(typeof(BatchStart))]
[JsonSerializable(typeof(ModelPage))]
internal sealed partial class ServiceJson : JsonSerializerContext;
