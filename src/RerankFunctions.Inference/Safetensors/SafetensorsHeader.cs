using System.Text.Json;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Safetensors;

/// <summary>
/// The header of a safetensors file: a JSON object with a name, an element type, a shape and a range of bytes for each tensor. The ranges cover the bytes
/// after the header from the first to the last without holes and overlaps. Specification: github.com/huggingface/safetensors.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Maximum size of a header in bytes, from the specification.</summary>
    public const int MaxBytes = 100_000_000;

    private const string Metadata = "__metadata__";
    private const int MaxDepth = 4;
    private const int MaxDims = 32;

    /// <summary>Reads and checks a header.</summary>
    /// <param name="header">The JSON, which may end in spaces.</param>
    /// <param name="dataBytes">Number of bytes after the header.</param>
    /// <param name="path">Full path of the file.</param>
    /// <exception cref="SafetensorsFormatException">A rule of the format is broken.</exception>
    public static IReadOnlyList<SafetensorsTensor> Read(ReadOnlySpan<byte> header, long dataBytes, string path)
    {
        if (header.IsEmpty || header[0] != (byte)'{')
        {
            throw new SafetensorsFormatException("its header does not begin with '{'");
        }

        try
        {
            var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = MaxDepth });
            var tensors = ReadTensors(ref reader, path, sizeof(ulong) + (long)header.Length);
            reader.Read();
            CheckRanges(tensors, sizeof(ulong) + (long)header.Length, dataBytes);
            return tensors;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Names and texts that are not valid UTF-16 are an InvalidOperationException.
            throw new SafetensorsFormatException("its header is not the JSON that the format asks for", exception);
        }
    }

    private static List<SafetensorsTensor> ReadTensors(ref Utf8JsonReader reader, string path, long dataStart)
    {
        var tensors = new List<SafetensorsTensor>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextName(ref reader) is { } name)
        {
            if (!names.Add(name))
            {
                throw new SafetensorsFormatException($"its header names {PrintableName.Of(name)} twice");
            }

            if (name == Metadata)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                tensors.Add(ReadTensor(ref reader, name, path, dataStart));
            }
        }

        return tensors;
    }

    private static void ReadMetadata(ref Utf8JsonReader reader)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextName(ref reader) is { } key)
        {
            if (!keys.Add(key))
            {
                throw new SafetensorsFormatException($"its metadata names {PrintableName.Of(key)} twice");
            }

            Expect(ref reader, JsonTokenType.String);
            _ = reader.GetString();
        }
    }

    private static SafetensorsTensor ReadTensor(ref Utf8JsonReader reader, string name, string path, long dataStart)
    {
        string? type = null;
        List<long>? dims = null, range = null;
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextName(ref reader) is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String);
                    type = reader.GetString();
                    break;
                case "shape" when dims is null:
                    dims = ReadNumbers(ref reader, MaxDims, name);
                    break;
                case "data_offsets" when range is null:
                    range = ReadNumbers(ref reader, 2, name);
                    break;
                default:
                    throw Fault(name, "must have dtype, shape and data_offsets once each, and nothing else");
            }
        }

        if (type is null || dims is null || range is not [var begin, var end])
        {
            throw Fault(name, "must have dtype, shape and two data_offsets");
        }

        if (SafetensorsTypes.Find(type) is not var (dataType, bits))
        {
            throw Fault(name, $"has the unknown dtype {PrintableName.Of(type)}");
        }

        return end >= begin && SizeOf(dims, bits) == (UInt128)(ulong)(end - begin)
            ? new SafetensorsTensor(name, dataType, dims, path, checked(dataStart + begin), end - begin)
            : throw Fault(name, "has another number of bytes than its shape and dtype ask for");
    }

    /// <returns>The number of bytes; null if it is not whole or too large.</returns>
    private static UInt128? SizeOf(List<long> dims, int bits)
    {
        UInt128 elements = 1;
        foreach (var dim in dims)
        {
            elements *= (ulong)dim;
            if (elements > long.MaxValue)
            {
                return null;
            }
        }

        return (elements * (uint)bits) % 8 == 0 ? elements * (uint)bits / 8 : null;
    }

    private static void CheckRanges(List<SafetensorsTensor> tensors, long dataStart, long dataBytes)
    {
        var position = dataStart;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Bytes))
        {
            if (tensor.Offset != position)
            {
                throw Fault(tensor.Name, tensor.Offset < position ? "overlaps the one before it" : "has a hole before it");
            }

            position = checked(position + tensor.Bytes);
        }

        if (position - dataStart != dataBytes)
        {
            throw new SafetensorsFormatException($"its tensors have {position - dataStart} bytes, and the file has {dataBytes} after its header");
        }
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, int max, string name)
    {
        var numbers = new List<long>();
        Expect(ref reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (numbers.Count == max || !reader.TryGetInt64(out var number) || number is < 0 or > 1L << 60)
            {
                throw Fault(name, "has a shape or data_offsets with too many or too large numbers");
            }

            numbers.Add(number);
        }

        return reader.TokenType == JsonTokenType.EndArray ? numbers : throw Fault(name, "has a shape or data_offsets that is not a list of whole numbers");
    }

    private static string? NextName(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new JsonException();
        }
    }

    private static SafetensorsFormatException Fault(string name, string what) => new($"its tensor {PrintableName.Of(name)} {what}");
}
