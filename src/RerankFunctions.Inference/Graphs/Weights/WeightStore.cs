using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Weights;

/// <summary>
/// The weights of a graph that is built. What a file holds in the wanted form is named where it lies, so that ONNX Runtime maps it. What must be converted goes
/// into a file beside, which exists until the session is open: ONNX Runtime packs matrices into memory of its own, and a copy in memory would stay beside it.
/// </summary>
internal sealed class WeightStore : IDisposable
{
    // Bytes of a tensor that are narrowed at once.
    private const int PartBytes = 1 << 20;

    private readonly MappedWeights _source = new();
    private readonly string _dtypeSetting;
    private readonly ConvertedWeights _converted;
    private readonly Dictionary<string, string> _realPaths;

    /// <summary>Creates the store.</summary>
    /// <param name="model">The tensors.</param>
    /// <param name="folder">Folder of the file with converted weights; it is created if needed.</param>
    /// <param name="dtypeSetting">Name of the setting of the precision, for messages.</param>
    /// <exception cref="ModelLoadException">The files have no folder in common.</exception>
    public WeightStore(SafetensorsModel model, string folder, string dtypeSetting)
    {
        _dtypeSetting = dtypeSetting;
        _realPaths = model.Tensors.Values.Select(tensor => tensor.Path).Distinct(StringComparer.Ordinal)
            .ToDictionary(path => path, RealPath.Of, StringComparer.Ordinal);
        _converted = new ConvertedWeights(RealPath.Of(Path.GetFullPath(folder)));
        Folder = RealPath.CommonFolderOf([.. _realPaths.Values, _converted.Path])
            ?? throw new ModelLoadException($"{model.File} and the folder {folder} must be on one drive.");
    }

    /// <summary>The folder that the names of files in the graph are relative to.</summary>
    public string Folder { get; }

    /// <summary>Throws where a weight is beyond the range of fp16.</summary>
    /// <exception cref="ModelLoadException"><paramref name="fits"/> is false.</exception>
    public void Require([DoesNotReturnIf(false)] bool fits, string name)
    {
        if (!fits)
        {
            throw new ModelLoadException($"The weights {PrintableName.Of(name)} are beyond the range of fp16; set {_dtypeSetting} to fp32.");
        }
    }

    /// <summary>Returns the bytes of a tensor as the file has them.</summary>
    /// <exception cref="ModelLoadException">They are 2 GiB or more.</exception>
    public ReadOnlySpan<byte> Bytes(SafetensorsTensor tensor) => _source.Bytes(tensor);

    /// <summary>Returns the values of a tensor.</summary>
    public float[] ReadFloats(SafetensorsTensor tensor)
    {
        var values = new float[tensor.Bytes / FloatConversion.SizeOf(tensor.DataType)];
        FloatConversion.ToFloats(Bytes(tensor), tensor.DataType, values);
        return values;
    }

    /// <summary>Returns a constant over the bytes of a tensor.</summary>
    public OnnxTensor Mapped(SafetensorsTensor tensor)
    {
        // The format allows any offset; processors read numbers at multiples of their size.
        if (tensor.Offset % FloatConversion.SizeOf(tensor.DataType) != 0)
        {
            return Convert(tensor.Name, tensor.Dims, tensor.DataType, target => Bytes(tensor).CopyTo(target));
        }

        return OnnxTensor.CreateExternal(
            tensor.Name, tensor.Dims, tensor.DataType, NameOf(_realPaths[tensor.Path]), tensor.Offset, tensor.Bytes);
    }

    /// <summary>Returns a constant with the values of a tensor in a type: over its bytes, or converted.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="type">Float or Float16.</param>
    public OnnxTensor Matrix(SafetensorsTensor tensor, OnnxDataType type) => tensor.DataType == type
        ? Mapped(tensor)
        : Convert($"{tensor.Name} as {type}", tensor.Dims, type, target =>
        {
            if (type == OnnxDataType.Float)
            {
                FloatConversion.ToFloats(Bytes(tensor), tensor.DataType, MemoryMarshal.Cast<byte, float>(target));
                return;
            }

            Narrow(tensor, target);
        });

    /// <summary>Returns a constant whose values are computed when the graph is complete, with others at the same time.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dims">Its shape.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="write">Writes its values, row-major and little-endian, into their final place. Other threads write others meanwhile.</param>
    public OnnxTensor Convert(string name, IReadOnlyList<long> dims, OnnxDataType type, WeightConversion write)
    {
        var bytes = dims.Aggregate((long)OnnxDataTypes.BitsOf(type)!.Value, (product, dim) => checked(product * dim)) / 8;
        var offset = _converted.Add(name, bytes, write);
        return OnnxTensor.CreateExternal(name, dims, type, NameOf(_converted.Path), offset, bytes);
    }

    /// <summary>Computes what was asked for with <see cref="Convert"/>.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be written, or a weight cannot be converted.</exception>
    /// <param name="cancellationToken">Ends the work between two tensors.</param>
    public void Complete(CancellationToken cancellationToken) => _converted.Write(cancellationToken);

    /// <summary>Unmaps the files and deletes that of converted weights. A session that was opened keeps what it needs.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _converted.Dispose();
    }

    // Some rows at a time: the floats of a whole tensor take memory, and a file may have more bytes of it than a span takes.
    private void Narrow(SafetensorsTensor tensor, Span<byte> target)
    {
        var row = (int)(target.Length / tensor.Dims[0]);
        var most = Math.Max(1, PartBytes / row);
        var buffer = new float[Math.Min(most, tensor.Dims[0]) * row / sizeof(ushort)];
        for (var first = 0L; first < tensor.Dims[0]; first += most)
        {
            var part = tensor.Rows(first, Math.Min(most, tensor.Dims[0] - first));
            var values = buffer.AsSpan(0, (int)part.Dims[0] * row / sizeof(ushort));
            FloatConversion.ToFloats(Bytes(part), tensor.DataType, values);
            Require(FloatConversion.FromFloats(values, OnnxDataType.Float16, target.Slice((int)first * row, values.Length * sizeof(ushort))), tensor.Name);
        }
    }

    private string NameOf(string realPath) => Path.GetRelativePath(Folder, realPath).Replace('\\', '/');
}
