using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace RerankFunctions.Inference.Onnx;

/// <summary>A whole file of up to 2 GiB, mapped for reading. Bytes that nobody reads are not paged in.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;
    private bool _disposed;

    private MappedFile(MemoryMappedFile file, int length)
    {
        _file = file;
        _length = length;
        _view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>Maps a file.</summary>
    /// <exception cref="OnnxFormatException">The file is empty or larger than 2 GiB.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static MappedFile Open(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return RandomAccess.GetLength(handle) switch
        {
            0 => throw new OnnxFormatException("it is empty"),
            > int.MaxValue => throw new OnnxFormatException("it is larger than 2 GiB, the limit of protobuf"),
            var length => new MappedFile(Map(handle), (int)length),
        };
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new Span<byte>(_start, _length);
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
        // Mapped memory does not move.
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    private static MemoryMappedFile Map(SafeFileHandle handle) =>
        MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
}
