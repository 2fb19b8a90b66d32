using System.Text.Json;
using System.Text.Json.Serialization;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>An operator's <c>rerank.json</c> in a model folder. It overrides and completes the model's own files.</summary>
/// <param name="Family"><c>cross-encoder</c>, <c>causal-yes-no</c> or <c>causal-label</c>.</param>
/// <param name="Instruction">Default instruction of a causal reranker's prompt.</param>
/// <param name="Template">Prompt of a causal reranker, with <c>{instruction}</c>, <c>{query}</c> and <c>{document}</c>.</param>
/// <param name="MaxLength">Maximum tokens of a pair, up to the limit of the model.</param>
/// <param name="Output">Name of the graph's output that holds the logits.</param>
/// <param name="File">The ONNX file, relative to the folder.</param>
/// <param name="Dtype"><c>fp32</c>, <c>fp16</c>, <c>int8</c> or <c>int4</c>: the precision of <paramref name="File"/>, or the one to run with.</param>
internal sealed record ModelOverrides(
    string? Family = null,
    string? Instruction = null,
    string? Template = null,
    int? MaxLength = null,
    string? Output = null,
    string? File = null,
    string? Dtype = null)
{
    /// <summary>Reads a <c>rerank.json</c>.</summary>
    /// <exception cref="ModelLoadException">It is damaged, or has an unknown key.</exception>
    public static ModelOverrides Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, ModelOverridesJson.Default.ModelOverrides)
                ?? throw new ModelLoadException("rerank.json must hold a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new ModelLoadException(
                "rerank.json is not valid; it may have the keys family, instruction, template, max_length, output, file and dtype, each once"
                + (exception.Path is null or "$" ? "." : $" (error at {exception.Path})."), exception);
        }
    }
}

/// <summary>Reads <see cref="ModelOverrides"/>; an unknown key is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ModelOverrides))]
internal sealed partial class ModelOverridesJson : JsonSerializerContext;
