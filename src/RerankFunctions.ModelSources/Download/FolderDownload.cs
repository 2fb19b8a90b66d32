using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;

namespace RerankFunctions.ModelSources.Download;

/// <summary>Downloads files of a remote folder.</summary>
internal sealed class FolderDownload(IOptions<ModelSourceOptions> options, DownloadRetry retry, TimeProvider time, ILogger<FolderDownload> logger)
{
    private readonly long _maxBytes = options.Value.ModelMaxBytes;

    /// <summary>Downloads files one after another, except those that are complete already.</summary>
    /// <param name="folder">The remote folder.</param>
    /// <param name="files">The files.</param>
    /// <param name="earlierBytes">Bytes of the same model folder in earlier calls, which count toward the limit.</param>
    /// <param name="stagingFolder">The local folder.</param>
    /// <param name="cancellationToken">Ends the download; the next one continues it.</param>
    /// <returns>Bytes of these files and the earlier ones.</returns>
    /// <exception cref="ModelLoadException">The files are too large for the limit or the disk, or one cannot be fetched.</exception>
    public async Task<long> RunAsync(
        IRemoteFolder folder, IReadOnlyList<RemoteFile> files, long earlierBytes, string stagingFolder, CancellationToken cancellationToken)
    {
        var total = SumOf(folder, files, earlierBytes);
        var missing = total - files.Sum(file => PresentBytes(RelativePath.Resolve(stagingFolder, file.Path)));
        if (DiskFault.FreeSpace(stagingFolder) is { } free && missing > free)
        {
            throw new ModelLoadException(
                $"{folder.Name}: {missing} bytes are missing and {stagingFolder} has {free} free; make room or set Rerank:ModelCachePath.")
            {
                Code = ModelFailureCodes.ModelCacheUnusable,
            };
        }

        var progress = new DownloadProgress(folder.Name, total, time, logger);
        foreach (var file in files)
        {
            await new FileDownload(folder, file, stagingFolder, progress, time).RunAsync(retry, cancellationToken);
        }

        progress.Finish();
        return earlierBytes + total;
    }

    private long SumOf(IRemoteFolder folder, IReadOnlyList<RemoteFile> files, long earlierBytes)
    {
        var total = 0L;
        foreach (var file in files)
        {
            total = file.Size >= 0 && file.Size <= _maxBytes - earlierBytes - total
                ? total + file.Size
                : throw new ModelLoadException($"{folder.Name}: its files have more than the {_maxBytes} bytes that Rerank:ModelMaxBytes allows.");
        }

        return total;
    }

    private static long PresentBytes(string path) =>
        new FileInfo(path) is { Exists: true } complete ? complete.Length
        : new FileInfo(path + FileDownload.IncompleteSuffix) is { Exists: true } incomplete ? incomplete.Length
        : 0;
}
