using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Records;

/// <summary>JSON form of the blobs that are not wire types.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(IdempotencyRecord))]
[JsonSerializable(typeof(StoredScores))]
[JsonSerializable(typeof(CallbackRecord))]
internal sealed partial class JobsJson : JsonSerializerContext
{
    /// <summary>The context for writing. As in <see cref="Contracts.ContractsJson.Wire"/>, it does not escape other scripts.</summary>
    public static JobsJson Stored => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
