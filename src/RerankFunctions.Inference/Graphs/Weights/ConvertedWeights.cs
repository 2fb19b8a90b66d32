using System.IO.MemoryMappedFiles;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Graphs.Weights;

/// <summary>Writes the values of a converted tensor.</summary>
/// <param name="target">The place of all its values.</param>
internal delegate void WeightConversion(Span<byte> target);

/// <summary>A file of converted weights that one session is opened from.</summary>
/// <param name="folder">Real path of its folder; it is created if needed.</param>
internal sealed class ConvertedWeights(string folder) : IDisposable
{
    // Places of tensors, so that numbers of any type and pages of memory are aligned.
    private const long Alignment = 4096;

    private const string Prefix = "weights-";
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly List<(string Name, long Offset, int Bytes, WeightConversion Write)> _parts = [];
    private long _length;
    private bool _exists;

    /// <summary>Full path of the file.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, $"{Prefix}{Guid.NewGuid():n}");

    /// <summary>Plans a tensor.</summary>
    /// <returns>Offset of its values in the file.</returns>
    /// <exception cref="ModelLoadException">It is larger than 2 GiB.</exception>
    public long Add(string name, long bytes, WeightConversion write)
    {
        if (bytes > int.MaxValue)
        {
            throw new ModelLoadException($"The weights {name} have {bytes:N0} bytes when they are converted; the maximum is {int.MaxValue:N0}.");
        }

        var offset = _length;
        _parts.Add((name, offset, (int)bytes, write));
        _length = (offset + bytes + Alignment - 1) / Alignment * Alignment;
        return offset;
    }

    /// <summary>Writes the file, all tensors at the same time.</summary>
    /// <param name="cancellationToken">Ends the work between two tensors.</param>
    /// <exception cref="ModelLoadException">The folder cannot be written, or a weight cannot be converted.</exception>
    public void Write(CancellationToken cancellationToken)
    {
        if (_parts.Count == 0)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            _exists = true;

            // The disk must have the space before anything is written: where it has none, writing to mapped memory ends the process.
            using var handle = File.OpenHandle(Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, FileOptions.None, _length);
            using var file = MemoryMappedFile.CreateFromFile(
                handle, mapName: null, _length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            DeleteOldFiles();
            using var view = file.CreateViewAccessor();
            Fill(view, cancellationToken);
        }
        catch (AggregateException exception)
        {
            throw ConversionFailure.Of(exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{folder} cannot hold {_length:N0} bytes of converted weights: {exception.Message}", exception)
            {
                Code = ModelFailureCodes.ModelCacheUnusable,
            };
        }
    }

    /// <summary>Deletes the file.</summary>
    public void Dispose()
    {
        if (_exists)
        {
            TryDelete(Path);
        }
    }

    // Where files that are mapped cannot be deleted, a later load does it.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (OperatingSystem.IsWindows() && exception is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    /// <summary>Deletes what processes left behind that ended while they loaded. A load takes less time than that.</summary>
    private void DeleteOldFiles()
    {
        var oldest = File.GetLastWriteTimeUtc(Path) - MaxAge;
        foreach (var file in Directory.EnumerateFiles(folder, $"{Prefix}*").Where(file => File.GetLastWriteTimeUtc(file) < oldest))
        {
            TryDelete(file);
        }
    }

    private unsafe void Fill(MemoryMappedViewAccessor view, CancellationToken cancellationToken)
    {
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var first = start;
            Parallel.ForEach(
                _parts.OrderByDescending(part => part.Bytes),
                new ParallelOptions { CancellationToken = cancellationToken },
                part => part.Write(new Span<byte>(first + part.Offset, part.Bytes)));
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
