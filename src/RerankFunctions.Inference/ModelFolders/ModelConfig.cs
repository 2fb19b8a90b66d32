using System.Text.Json;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>The parts of a model folder's <c>config.json</c> that loading needs.</summary>
/// <param name="Architecture">First of <c>architectures</c>.</param>
/// <param name="ModelType"><c>model_type</c>.</param>
/// <param name="VocabularySize"><c>vocab_size</c>: rows of the word embedding.</param>
/// <param name="MaxPositions"><c>max_position_embeddings</c>; null if the model has no such limit.</param>
/// <param name="PadTokenId"><c>pad_token_id</c>; null if the file gives none.</param>
/// <param name="Labels">Number of labels from <c>num_labels</c> or <c>id2label</c>; null if the file has neither.</param>
internal sealed record ModelConfig(
    string Architecture,
    string ModelType,
    int VocabularySize,
    int? MaxPositions,
    int? PadTokenId,
    int? Labels)
{
    /// <summary>Whether the model runs code of its repository (<c>auto_map</c>), so that <see cref="Architecture"/> does not tell its arithmetic.</summary>
    public bool HasCustomCode { get; init; }


    private const int MaxVocabulary = 1 << 24;
    private const int MaxContext = 1 << 24;

    /// <summary>Reads a <c>config.json</c>.</summary>
    /// <exception cref="ModelLoadException">It is not JSON, or a value is missing, of the wrong type or out of range.</exception>
    public static ModelConfig Read(ReadOnlyMemory<byte> json)
    {
        using var document = FolderJson.Parse(json, "config.json");
        var root = document.RootElement;
        return new ModelConfig(
            ReadArchitecture(root),
            FolderJson.Text(root, "model_type", "config.json") ?? throw Missing("model_type"),
            FolderJson.Whole(root, "vocab_size", 1, MaxVocabulary, "config.json") ?? throw Missing("vocab_size"),
            FolderJson.Whole(root, "max_position_embeddings", 1, MaxContext, "config.json"),
            FolderJson.Whole(root, "pad_token_id", 0, MaxVocabulary, "config.json"),
            FolderJson.Whole(root, "num_labels", 0, MaxVocabulary, "config.json") ?? CountLabels(root))
        {
            HasCustomCode = root.TryGetProperty("auto_map", out var code) && code.ValueKind is not JsonValueKind.Null,
        };
    }

    private static string ReadArchitecture(JsonElement root)
    {
        if (!root.TryGetProperty("architectures", out var list) || list.ValueKind is JsonValueKind.Null)
        {
            throw Missing("architectures");
        }

        return list.ValueKind is JsonValueKind.Array && list.GetArrayLength() > 0 && list[0].ValueKind is JsonValueKind.String
            ? list[0].GetString()!
            : throw new ModelLoadException("config.json: 'architectures' must be a list with the name of an architecture.");
    }

    private static int? CountLabels(JsonElement root)
    {
        if (!root.TryGetProperty("id2label", out var labels) || labels.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        return labels.ValueKind is JsonValueKind.Object
            ? labels.GetPropertyCount()
            : throw new ModelLoadException("config.json: 'id2label' must be an object.");
    }

    private static ModelLoadException Missing(string name) => new($"config.json: '{name}' is missing.");
}
