using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Safetensors;

/// <summary>A tensor of a safetensors file: where its bytes are, row-major and little-endian.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its element type; <see cref="OnnxDataType.Undefined"/> for types that ONNX does not have.</param>
/// <param name="Dims">Its shape.</param>
/// <param name="Path">Full path of its file.</param>
/// <param name="Offset">Offset of its first byte in the file.</param>
/// <param name="Bytes">Number of its bytes.</param>
internal sealed record SafetensorsTensor(string Name, OnnxDataType DataType, IReadOnlyList<long> Dims, string Path, long Offset, long Bytes)
{
    /// <summary>Returns some of its rows, a tensor over the same bytes.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">Number of rows.</param>
    public SafetensorsTensor Rows(long first, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Dims[0]);
        var row = Dims[0] == 0 ? 0 : Bytes / Dims[0];
        return this with { Name = $"{Name}[{first}..{first + count}]", Dims = [count, .. Dims.Skip(1)], Offset = Offset + (first * row), Bytes = count * row };
    }
}
