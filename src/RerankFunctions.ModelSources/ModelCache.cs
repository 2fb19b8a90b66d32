using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources;

/// <summary>
/// The folder that keeps fetched model folders. One that is complete has its final name, which it got by a rename; one that
/// is being fetched is <c>NAME.partial</c>, and whoever fetches holds <c>NAME.lock</c> open for itself alone (flock on Unix,
/// share mode on Windows). The operating system frees the lock when its holder ends, however it ends; lock files stay.
/// </summary>
internal sealed partial class ModelCache(string root, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(500);

    /// <summary>Gives a kept folder, or has it fetched.</summary>
    /// <param name="relative">Its place in the cache; every segment checked by the caller.</param>
    /// <param name="fill">Fills a folder; what an earlier call left there is still in it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Full path of the complete folder.</returns>
    /// <exception cref="ModelLoadException">The cache folder cannot be used.</exception>
    public async Task<string> GetOrAddAsync(string relative, Func<string, CancellationToken, Task> fill, CancellationToken cancellationToken)
    {
        var folder = RemotePath.Within(root, relative);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            using var held = await LockAsync(folder + ".lock", cancellationToken);
            if (!Directory.Exists(folder))
            {
                var staging = folder + ".partial";
                Directory.CreateDirectory(staging);
                await fill(staging, cancellationToken);
                Directory.Move(staging, folder);
            }

            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"The model cache {root} cannot be used: {DiskFault.Describe(e)}. Rerank:ModelCachePath sets another.", e);
        }
    }

    /// <summary>Text kept beside the folders, such as the commit that a branch stood for; null when there is none.</summary>
    public async Task<string?> ReadNoteAsync(string relative, CancellationToken cancellationToken)
    {
        var path = RemotePath.Within(root, relative);
        return File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : null;
    }

    /// <summary>Keeps a text beside the folders.</summary>
    public async Task WriteNoteAsync(string relative, string text, CancellationToken cancellationToken)
    {
        var path = RemotePath.Within(root, relative);
        var unfinished = $"{path}.{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(unfinished, text, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"The model cache {root} cannot be used: {DiskFault.Describe(e)}. Rerank:ModelCachePath sets another.", e);
        }
    }

    private async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        for (var waited = false; ; waited = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeldByAnother(e))
            {
                if (!waited)
                {
                    LogWaiting(logger, path);
                }
            }

            await Task.Delay(LockPoll, time, cancellationToken);
        }
    }

    // EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeldByAnother(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "Another process is fetching this model; waiting for {LockFile}")]
    private static partial void LogWaiting(ILogger logger, string lockFile);
}
