using System.Text.Json;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Safetensors;

/// <summary>The list of tensors and files of weights in shards (<c>model.safetensors.index.json</c>).</summary>
internal static class SafetensorsIndex
{
    /// <summary>End of the names of such lists.</summary>
    public const string Extension = ".index.json";

    private const int MaxBytes = 32 << 20;
    private const int MaxFiles = 1024;

    /// <summary>Reads a list.</summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="name">Name of the file, for messages.</param>
    /// <returns>For each tensor the name of its file, valid and relative to the folder of the list.</returns>
    /// <exception cref="ModelLoadException">The file cannot be read, is not valid, or names a file outside of its folder.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path, string name)
    {
        try
        {
            if (new FileInfo(path).Length is > MaxBytes and var length)
            {
                throw new ModelLoadException($"{name} has {length:N0} bytes; the maximum is {MaxBytes:N0}.");
            }

            var json = File.ReadAllBytes(path).AsSpan();
            return Parse(json.StartsWith("\uFEFF"u8) ? json[3..] : json, name);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ModelLoadException($"{name} must be a JSON object with a 'weight_map' of names of tensors and files, each name once.", exception);
        }
        catch (FileNotFoundException exception)
        {
            throw new ModelLoadException($"{name} is missing in the model folder.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{name} cannot be read: {exception.Message}", exception);
        }
    }

    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> json, string name)
    {
        Dictionary<string, string>? map = null;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("weight_map"u8))
            {
                reader.Skip();
                continue;
            }

            map = map is null ? ReadMap(ref reader, name) : throw new JsonException();
        }

        reader.Read();
        return map ?? throw new JsonException();
    }

    private static Dictionary<string, string> ReadMap(ref Utf8JsonReader reader, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new HashSet<string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var tensor = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String);
            var file = reader.GetString()!;
            if (files.Add(file) && !RelativePath.IsValid(file))
            {
                throw new ModelLoadException($"{name} names the file '{PrintableName.Of(file)}'; the name must be {RelativePath.Rule}.");
            }

            if (files.Count > MaxFiles || !map.TryAdd(tensor, file))
            {
                throw new ModelLoadException(files.Count > MaxFiles
                    ? $"{name} names more than {MaxFiles} files."
                    : $"{name} names the tensor {PrintableName.Of(tensor)} twice.");
            }
        }

        return map;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new JsonException();
        }
    }
}
