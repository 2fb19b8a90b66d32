using System.IO.MemoryMappedFiles;

namespace RerankFunctions.Inference.Safetensors;

/// <summary>Files of weights mapped for reading, of any size. Bytes that nobody reads are not paged in. Safe for many threads.</summary>
internal sealed unsafe class MappedWeights : IDisposable
{
    private readonly Dictionary<string, Mapping> _files = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Returns the bytes of a tensor of less than 2 GiB. They are valid until this is disposed of.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public ReadOnlySpan<byte> Bytes(SafetensorsTensor tensor)
    {
        Mapping? mapping;
        lock (_lock)
        {
            if (!_files.TryGetValue(tensor.Path, out mapping))
            {
                _files.Add(tensor.Path, mapping = new Mapping(tensor.Path));
            }
        }

        return mapping.Slice(tensor.Offset, checked((int)tensor.Bytes));
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

    private sealed class Mapping : IDisposable
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private readonly long _length;
        private readonly byte* _start;

        public Mapping(string path)
        {
            // Another process may have the file mapped, too.
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            _length = RandomAccess.GetLength(handle);
            _file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }

        public ReadOnlySpan<byte> Slice(long offset, int length)
        {
            // The header was read before: the file may have become shorter since.
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, _length, nameof(length));
            return new ReadOnlySpan<byte>(_start + offset, length);
        }

        public void Dispose()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
