using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RerankFunctions.Batches.Protocol;

namespace RerankFunctions.Batches.Records;

/// <summary>JSON form of the blobs that are not wire types.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchRecord))]
[JsonSerializable(typeof(OutputClaim))]
[JsonSerializable(typeof(DropMark))]
[JsonSerializable(typeof(IReadOnlyList<ChunkSpan>))]
internal sealed partial class BatchesJson : JsonSerializerContext
{
    /// <summary>The context for writing. It does not escape other scripts.</summary>
    public static BatchesJson Stored => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
