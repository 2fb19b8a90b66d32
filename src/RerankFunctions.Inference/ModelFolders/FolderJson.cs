using System.Text.Json;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>Reads the small JSON files of a model folder. Anything unexpected is a <see cref="ModelLoadException"/> that names the file.</summary>
internal static class FolderJson
{
    /// <summary>Reads a small file of a folder; returns null if it does not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="maxBytes">Maximum size.</param>
    /// <exception cref="ModelLoadException">The file is too large or cannot be read.</exception>
    public static ReadOnlyMemory<byte>? ReadFile(string folder, string name, int maxBytes)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(folder, name));
            if (file.Length > maxBytes)
            {
                throw new ModelLoadException($"{name} has {file.Length:N0} bytes; the maximum is {maxBytes:N0}.");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{name} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Parses a JSON object.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (JsonException exception)
        {
            throw new ModelLoadException($"{file} is not valid JSON (line {exception.LineNumber + 1}).", exception);
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

    // JSON can escape half of a surrogate pair. Reading such a text, or looking up a name beside it, throws.
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
        catch (InvalidOperationException exception)
        {
            throw new ModelLoadException($"{file} holds a text with half of a surrogate pair.", exception);
        }
    }

    /// <summary>Returns a string; null if it is missing or null.</summary>
    public static string? Text(JsonElement parent, string name, string file) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.String ? value.GetString()
        : throw new ModelLoadException($"{file}: '{name}' must be a string.");

    /// <summary>Returns a whole number in a range; null if it is missing or null.</summary>
    public static int? Whole(JsonElement parent, string name, int min, int max, string file) =>
        !parent.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max ? number
        : throw new ModelLoadException($"{file}: '{name}' must be a whole number from {min} to {max}.");
}
