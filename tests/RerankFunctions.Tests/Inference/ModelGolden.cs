using System.Text.Json;
using System.Text.Json.Serialization;

namespace RerankFunctions.Tests.Inference;

/// <summary>A line of a model's <c>goldens.jsonl</c>.</summary>
internal sealed record ModelGolden(
    string Query,
    string Document,
    [property: JsonPropertyName("max_length")] int? MaxLength,
    string? Layout,
    [property: JsonPropertyName("input_ids")] long[] InputIds,
    [property: JsonPropertyName("token_type_ids")] long[]? TokenTypeIds,
    float? Logit,
    [property: JsonPropertyName("logit_onnx")] float? LogitOnnx,
    Dictionary<string, float>? Onnx,
    bool Fails)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static ModelGolden[] Read(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "goldens.jsonl")).Select(line => JsonSerializer.Deserialize<ModelGolden>(line, Options)!)];
}
