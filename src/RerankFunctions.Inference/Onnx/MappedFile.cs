using System.Buffers;

namespace RerankFunctions.Inference.Onnx;

/// <summary>A whole file of up to 2 GiB, mapped for reading.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly FileMapping _mapping;
    private bool _disposed;

    private MappedFile(FileMapping mapping) => _mapping = mapping;

    /// <summary>Maps a file.</summary>
    /// <exception cref="OnnxFormatException">The file is empty or larger than 2 GiB.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static MappedFile Open(string path)
    {
        using var handle = FileMapping.Open(path);
        return RandomAccess.GetLength(handle) switch
        {
            0 => throw new OnnxFormatException("it is empty"),
            > int.MaxValue => throw new OnnxFormatException("it is larger than 2 GiB, the limit of protobuf"),
            _ => new MappedFile(new FileMapping(handle)),
        };
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new Span<byte>(_mapping.Start, (int)_mapping.Length);
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(_mapping.Start + elementIndex);

    public override void Unpin()
    {
        // Mapped memory does not move.
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _mapping.Dispose();
        }
    }
}
