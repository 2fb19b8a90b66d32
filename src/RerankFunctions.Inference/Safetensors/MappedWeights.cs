using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Safetensors;

/// <summary>Files of weights mapped for reading, of any size. Bytes that nobody reads are not paged in. Safe for many threads.</summary>
internal sealed unsafe class MappedWeights : IDisposable
{
    private readonly Dictionary<string, FileMapping> _files = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Returns the bytes of a tensor of less than 2 GiB. They are valid until this is disposed of.</summary>
    /// <exception cref="ModelLoadException">The tensor is larger.</exception>
    /// <exception cref="IOException">The file cannot be opened, or has become shorter.</exception>
    public ReadOnlySpan<byte> Bytes(SafetensorsTensor tensor)
    {
        if (tensor.Bytes > int.MaxValue)
        {
            throw new ModelLoadException(
                $"The tensor {PrintableName.Of(tensor.Name)} has {tensor.Bytes:N0} bytes; one that is converted may have {int.MaxValue:N0}.");
        }

        var mapping = Map(tensor.Path);

        // The header was read before.
        return tensor.Offset + tensor.Bytes <= mapping.Length
            ? new ReadOnlySpan<byte>(mapping.Start + tensor.Offset, (int)tensor.Bytes)
            : throw new IOException($"{Path.GetFileName(tensor.Path)} has become shorter since its header was read.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var mapping in _files.Values)
        {
            mapping.Dispose();
        }

        _files.Clear();
    }

    private FileMapping Map(string path)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(path, out var mapping))
            {
                using var handle = FileMapping.Open(path);
                _files.Add(path, mapping = new FileMapping(handle));
            }

            return mapping;
        }
    }
}
