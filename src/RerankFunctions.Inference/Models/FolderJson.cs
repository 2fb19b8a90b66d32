using System.Text.Json;

namespace RerankFunctions.Inference.Models;

/// <summary>Reads the small JSON files of a model folder; everything unexpected is a <see cref="ModelLoadException"/> that names the file.</summary>
internal static class FolderJson
{
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (JsonException e)
        {
            throw new ModelLoadException($"{file} is not valid JSON (line {e.LineNumber + 1}).", e);
        }

        if (document.RootElement.ValueKind is JsonValueKind.Object)
            return document;

        document.Dispose();
        throw new ModelLoadException($"{file} must hold a JSON object.");
    }

    /// <summary>A string, null when missing or null.</summary>
    public static string? Text(JsonElement parent, string name, string file) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.String ? value.GetString()
        : throw new ModelLoadException($"{file}: '{name}' must be a string.");

    /// <summary>A whole number in a range, null when missing or null.</summary>
    public static int? Whole(JsonElement parent, string name, int least, int most, string file) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw new ModelLoadException($"{file}: '{name}' must be a whole number from {least} to {most}.");
}
