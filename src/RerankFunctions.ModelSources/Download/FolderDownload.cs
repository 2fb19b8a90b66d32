using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Download;

/// <summary>Fetches the files of a model folder that are needed.</summary>
internal sealed class FolderDownload(long maxBytes, TimeProvider time, ILogger logger)
{
    /// <summary>Tries requests again where that can help.</summary>
    public DownloadRetry Retry { get; } = new(time, logger);

    /// <summary>Fetches files, one after the other; those that are there already are left alone.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="files">Which ones.</param>
    /// <param name="earlierBytes">Bytes of the same model folder that earlier calls fetched; the limit is on all of them.</param>
    /// <param name="stagingFolder">Where they go.</param>
    /// <param name="cancellationToken">Ends the download; what is there by then is continued by the next.</param>
    /// <returns>Bytes of these files and the earlier ones.</returns>
    /// <exception cref="ModelLoadException">They are too large, the disk is too small, or one of them cannot be fetched.</exception>
    public async Task<long> RunAsync(
        IRemoteFolder folder, IReadOnlyList<RemoteFile> files, long earlierBytes, string stagingFolder, CancellationToken cancellationToken)
    {
        var total = CheckedTotal(folder, files, earlierBytes);
        var missing = total - files.Sum(file => PresentBytes(RemotePath.Within(stagingFolder, file.Path)));
        if (DiskFault.FreeSpace(stagingFolder) is { } free && missing > free)
        {
            throw new ModelLoadException($"{folder.Name}: {missing} bytes are still to fetch and the disk of {stagingFolder} has {free} free; make room or set Rerank:ModelCachePath to another disk.");
        }

        var progress = new DownloadProgress(folder.Name, total, time, logger);
        foreach (var file in files)
        {
            await new FileDownload(folder, file, stagingFolder, progress, time).RunAsync(Retry, cancellationToken);
        }

        progress.Finish();
        return earlierBytes + total;
    }

    private long CheckedTotal(IRemoteFolder folder, IReadOnlyList<RemoteFile> files, long earlierBytes)
    {
        var total = 0L;
        foreach (var file in files)
        {
            if (file.Size < 0 || file.Size > maxBytes - earlierBytes - total)
            {
                throw new ModelLoadException($"{folder.Name}: its files have more than the {maxBytes} bytes that Rerank:ModelMaxBytes allows.");
            }

            total += file.Size;
        }

        return total;
    }

    private static long PresentBytes(string path) =>
        new FileInfo(path) is { Exists: true } complete ? complete.Length
        : new FileInfo(path + FileDownload.IncompleteSuffix) is { Exists: true } incomplete ? incomplete.Length
        : 0;
}
