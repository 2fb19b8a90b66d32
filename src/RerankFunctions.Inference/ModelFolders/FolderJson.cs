using System.Text.Json;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

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

        try
        {
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                throw new ModelLoadException($"{file} must hold a JSON object.");
            }

            CheckTexts(document.RootElement, file);
            return document;
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    // JSON can escape half of a surrogate pair; reading such a text, or looking a name up beside it, throws.
    private static void CheckTexts(JsonElement element, string file)
    {
        try
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.String:
                    element.GetString();
                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray())
                    {
                        CheckTexts(item, file);
                    }

                    break;
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject())
                    {
                        _ = member.Name;
                        CheckTexts(member.Value, file);
                    }

                    break;
            }
        }
        catch (InvalidOperationException e)
        {
            throw new ModelLoadException($"{file} holds a text with half of a surrogate pair.", e);
        }
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
