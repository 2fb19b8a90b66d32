using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace RerankFunctions.Inference.Onnx;

/// <summary>A whole file, mapped for reading. Bytes that nobody reads are not paged in.</summary>
internal sealed unsafe class FileMapping : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    /// <summary>Maps a file that is open for reading. The handle may be closed afterwards.</summary>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    public FileMapping(SafeFileHandle handle)
    {
        Length = RandomAccess.GetLength(handle);
        _file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>Size of the file in bytes when it was mapped.</summary>
    public long Length { get; }

    /// <summary>The first byte; valid until this is disposed of.</summary>
    public byte* Start => _start;

    /// <summary>Opens a file so that other processes may read and map it, too.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
