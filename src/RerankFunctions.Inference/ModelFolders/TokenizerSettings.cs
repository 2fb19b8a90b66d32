using System.Text.Json;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>The parts of <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> that loading needs. Both files are optional.</summary>
/// <param name="MaxLength"><c>model_max_length</c>; null if it is missing or a placeholder such as 1e30.</param>
/// <param name="PadToken">Content of the padding token.</param>
internal sealed record TokenizerSettings(int? MaxLength, string? PadToken)
{
    /// <summary>Reads the two files; null stands for a file that does not exist.</summary>
    /// <exception cref="ModelLoadException">A file is not JSON, or a value has the wrong type.</exception>
    public static TokenizerSettings Read(ReadOnlyMemory<byte>? tokenizerConfig, ReadOnlyMemory<byte>? specialTokensMap)
    {
        int? maxLength = null;
        string? padToken = null;
        if (tokenizerConfig is { } config)
        {
            using var document = FolderJson.Parse(config, "tokenizer_config.json");
            maxLength = ReadMaxLength(document.RootElement);
            padToken = ReadToken(document.RootElement, "pad_token", "tokenizer_config.json");
        }

        if (padToken is null && specialTokensMap is { } map)
        {
            using var document = FolderJson.Parse(map, "special_tokens_map.json");
            padToken = ReadToken(document.RootElement, "pad_token", "special_tokens_map.json");
        }

        return new TokenizerSettings(maxLength, padToken);
    }

    private static int? ReadMaxLength(JsonElement root)
    {
        if (!root.TryGetProperty("model_max_length", out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var length) || !(length >= 1))
        {
            throw new ModelLoadException("tokenizer_config.json: 'model_max_length' must be a number of at least 1.");
        }

        return length > int.MaxValue ? null : (int)length;
    }

    private static string? ReadToken(JsonElement root, string name, string file) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object
            ? FolderJson.Text(value, "content", file)
            : FolderJson.Text(root, name, file);
}
