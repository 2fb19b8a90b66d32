using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>How every wire type is written and read: snake_case, what is null left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(RerankAnswer))]
[JsonSerializable(typeof(JobStatus))]
[JsonSerializable(typeof(JobMessage))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ContractsJson : JsonSerializerContext
{
    /// <summary>
    /// The context to write texts with: other scripts stay as they are instead of six bytes a character. The escaping that is left out
    /// matters only inside HTML; what is written here is never put there unescaped.
    /// </summary>
    public static ContractsJson Wire => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
