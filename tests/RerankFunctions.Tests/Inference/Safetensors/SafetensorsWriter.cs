using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Tests.Inference.Safetensors;

/// <summary>Writes safetensors files, valid ones and others.</summary>
internal static class SafetensorsWriter
{
    public static byte[] Encode(string header, int dataBytes) => Encode(Encoding.UTF8.GetBytes(header), new byte[dataBytes]);

    public static byte[] Encode(byte[] header, byte[] data)
    {
        var file = new byte[sizeof(ulong) + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, sizeof(ulong));
        data.CopyTo(file, sizeof(ulong) + header.Length);
        return file;
    }

    /// <summary>Reads all tensors of a folder.</summary>
    public static Dictionary<string, (OnnxDataType Type, long[] Dims, byte[] Bytes)> Read(string folder, string file = "model.safetensors")
    {
        using var mapped = new MappedWeights();
        return SafetensorsModel.Open(folder, file).Tensors.Values.ToDictionary(
            tensor => tensor.Name, tensor => (tensor.DataType, tensor.Dims.ToArray(), mapped.Bytes(tensor).ToArray()), StringComparer.Ordinal);
    }

    /// <summary>Writes tensors to a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="shift">Number of spaces behind the header, which shift all tensors.</param>
    public static void Write(string path, IReadOnlyDictionary<string, (OnnxDataType Type, long[] Dims, byte[] Bytes)> tensors, int shift = 0)
    {
        var header = new JsonObject();
        var data = new MemoryStream();
        foreach (var (name, (type, dims, bytes)) in tensors)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = type switch { OnnxDataType.Float => "F32", OnnxDataType.Float16 => "F16", OnnxDataType.BFloat16 => "BF16", _ => "I64" },
                ["shape"] = new JsonArray([.. dims.Select(dim => JsonValue.Create(dim))]),
                ["data_offsets"] = new JsonArray(data.Length, data.Length + bytes.Length),
            };
            data.Write(bytes);
        }

        File.WriteAllBytes(path, Encode([.. Encoding.UTF8.GetBytes(header.ToJsonString()), .. Enumerable.Repeat((byte)' ', shift)], data.ToArray()));
    }
}
