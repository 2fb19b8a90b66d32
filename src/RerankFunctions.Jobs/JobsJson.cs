using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Jobs;

/// <summary>How the blobs that are no wire types are written and read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(IdempotencyRecord))]
internal sealed partial class JobsJson : JsonSerializerContext
{
    /// <summary>The context to write with: as in <see cref="Contracts.ContractsJson.Wire"/>, other scripts stay as they are.</summary>
    public static JobsJson Stored => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
