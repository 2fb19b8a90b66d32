using System.Text.Json.Serialization;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Http;

/// <summary>The answer of <c>GET /v1/models</c>, in the form of OpenAI's API.</summary>
/// <param name="Object"><c>list</c>.</param>
/// <param name="Data">The models, the default one first.</param>
internal sealed record ModelListAnswer(string Object, IReadOnlyList<ListedModel> Data);

/// <summary>A model that requests may name. What is known of its files is left out where this process has no models.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Object"><c>model</c>.</param>
/// <param name="Created">When this process started, in Unix seconds. Clients of OpenAI's API expect the field.</param>
/// <param name="OwnedBy">The part of the name before <c>/</c>, else <c>rerank-functions</c>.</param>
/// <param name="IsDefault">Whether requests get it that name none.</param>
/// <param name="Aliases">Further names by which requests may call it.</param>
/// <param name="Status"><c>loading</c>, <c>loaded</c>, <c>unloaded</c> or <c>failed</c>.</param>
/// <param name="Code">Why it failed, or why the latest try to load it did.</param>
/// <param name="Revision">Identifies the weights.</param>
/// <param name="Family">How pairs are scored.</param>
/// <param name="MaxTokens">Maximum number of tokens of a pair.</param>
/// <param name="Precision">Type of the weights.</param>
/// <param name="Device">The device that runs it.</param>
/// <param name="Limits">Limits of a request.</param>
internal sealed record ListedModel(
    string Id,
    string Object,
    long Created,
    string OwnedBy,
    [property: JsonPropertyName("default")] bool IsDefault,
    IReadOnlyList<string> Aliases,
    string? Status,
    string? Code,
    string? Revision,
    string? Family,
    int? MaxTokens,
    string? Precision,
    Device? Device,
    ListedLimits Limits);

/// <summary>Limits of a request to a model.</summary>
/// <param name="MaxDocuments">Maximum number of documents.</param>
/// <param name="MaxBodyBytes">Maximum size of a body in bytes.</param>
/// <param name="MaxQueryCharacters">Maximum number of characters of a query, in UTF-16 code units.</param>
/// <param name="MaxDocumentCharacters">Maximum number of characters of a document.</param>
/// <param name="MaxInstructionCharacters">Maximum number of characters of an instruction.</param>
internal sealed record ListedLimits(
    int MaxDocuments, int MaxBodyBytes, int MaxQueryCharacters, int MaxDocumentCharacters, int MaxInstructionCharacters)
{
    public static ListedLimits Of(RequestLimits limits) => new(
        limits.MaxDocuments, limits.MaxBodyBytes, limits.MaxQueryCharacters, limits.MaxDocumentCharacters, limits.MaxInstructionCharacters);
}

/// <summary>JSON form of the list of models.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelListAnswer))]
internal sealed partial class ModelJson : JsonSerializerContext;
