using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts.Dialects;

/// <summary>Answer to a request with <c>documents</c>.</summary>
public sealed record CohereAnswer(string Id, string Model, IReadOnlyList<RerankResult> Results, RerankUsage Usage, RerankMeta Meta)
{
    /// <summary>Kind of the object.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; } = "rerank";
}

/// <summary>Answer to a request of Voyage's API.</summary>
public sealed record VoyageAnswer(IReadOnlyList<VoyageResult> Data, string Model, RerankUsage Usage)
{
    /// <summary>Kind of the object.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; } = "list";
}

/// <summary>A document in the answer of Voyage's API.</summary>
public sealed record VoyageResult(int Index, double RelevanceScore, string? Document);

/// <summary>A text in the answer of Text Embeddings Inference.</summary>
public sealed record TextScore(int Index, string? Text, float Score);

/// <summary>Answer to a request of Mixedbread's API.</summary>
public sealed record MixedbreadAnswer(string Model, RerankUsage Usage, int TopK, bool ReturnInput, IReadOnlyList<MixedbreadResult> Data)
{
    /// <summary>Kind of the object.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; } = "list";
}

/// <summary>An input in the answer of Mixedbread's API.</summary>
public sealed record MixedbreadResult(int Index, double Score, string? Input)
{
    /// <summary>Kind of the object.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; } = "rank_result";
}

/// <summary>Answer to a request of NVIDIA NIM.</summary>
public sealed record NimAnswer(IReadOnlyList<NimRanking> Rankings, RerankUsage Usage);

/// <summary>A passage in the answer of NVIDIA NIM.</summary>
public sealed record NimRanking(int Index, float Logit);

/// <summary>Answer to a request of vLLM's score API.</summary>
/// <param name="Id">Id of the answer.</param>
/// <param name="Created">Unix time in seconds.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Data">In the order of the request.</param>
/// <param name="Usage">Tokens.</param>
public sealed record ScoreAnswer(string Id, long Created, string Model, IReadOnlyList<ScoreResult> Data, RerankUsage Usage)
{
    /// <summary>Kind of the object.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; } = "list";
}

/// <summary>A pair in the answer of vLLM's score API.</summary>
public sealed record ScoreResult(int Index, double Score)
{
    /// <summary>Kind of the object.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; } = "score";
}

/// <summary>JSON form of the answers in each dialect.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CohereAnswer))]
[JsonSerializable(typeof(VoyageAnswer))]
[JsonSerializable(typeof(TextScore[]))]
[JsonSerializable(typeof(MixedbreadAnswer))]
[JsonSerializable(typeof(NimAnswer))]
[JsonSerializable(typeof(ScoreAnswer))]
[JsonSerializable(typeof(TextEmbeddingsInferenceProblem))]
[JsonSerializable(typeof(TextEmbeddingsInferenceInfo))]
public sealed partial class DialectJson : JsonSerializerContext
{
    /// <summary>The context for writing text, in the way of <see cref="ContractsJson.Wire"/>.</summary>
    public static DialectJson Wire => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = ContractsJson.Wire.Options.Encoder });
}
