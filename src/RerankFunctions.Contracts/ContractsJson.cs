using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>JSON form of every wire type: snake_case, null left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(RerankAnswer))]
[JsonSerializable(typeof(JobStatus))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(JobMessage))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(BatchMessage))]
[JsonSerializable(typeof(BatchStatus))]
[JsonSerializable(typeof(BatchList))]
[JsonSerializable(typeof(BatchOutputLine<RerankAnswer>))]
[JsonSerializable(typeof(BatchOutputLine<Problem>))]
public sealed partial class ContractsJson : JsonSerializerContext
{
    /// <summary>
    /// The context for writing text. It does not escape other scripts, which would take six bytes a character. The escaping that it
    /// leaves out matters only inside HTML, where this JSON is never embedded.
    /// </summary>
    public static ContractsJson Wire => field ??= new(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
