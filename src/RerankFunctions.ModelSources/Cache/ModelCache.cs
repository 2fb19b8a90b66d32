using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Cache;

/// <summary>
/// The folder of fetched models. A complete model folder has its final name, which it gets by a rename. During the fetch it is
/// <c>NAME.partial</c>, and the process that fetches holds <c>NAME.lock</c> open exclusively (flock on Unix, share mode on Windows).
/// The operating system frees the lock however its holder ends; lock files stay.
/// </summary>
internal sealed partial class ModelCache(IOptions<ModelSourceOptions> options, TimeProvider time, ILogger<ModelCache> logger)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(500);

    private readonly string _root = options.Value.CacheFolder;

    /// <summary>Returns a folder of the cache, filled first if it is not there.</summary>
    /// <param name="relative">Its place in the cache, from checked parts.</param>
    /// <param name="fill">Fills a folder, which may hold files of an earlier call that did not finish.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Full path of the complete folder.</returns>
    /// <exception cref="ModelLoadException">The cache folder cannot be used.</exception>
    public async Task<string> GetOrAddAsync(string relative, Func<string, CancellationToken, Task> fill, CancellationToken cancellationToken)
    {
        var folder = RelativePath.Resolve(_root, relative);
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(exception);
        }
    }

    /// <summary>Reads a text that is kept beside the folders; returns null if there is none.</summary>
    /// <exception cref="ModelLoadException">The cache folder cannot be used.</exception>
    public async Task<string?> ReadNoteAsync(string relative, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(RelativePath.Resolve(_root, relative), cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(exception);
        }
    }

    /// <summary>Writes a text beside the folders.</summary>
    /// <exception cref="ModelLoadException">The cache folder cannot be used.</exception>
    public async Task WriteNoteAsync(string relative, string text, CancellationToken cancellationToken)
    {
        var path = RelativePath.Resolve(_root, relative);
        var unfinished = $"{path}.{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(unfinished, text, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(exception);
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
            catch (IOException exception) when (IsHeldByAnother(exception))
            {
                if (!waited)
                {
                    LogWaiting(logger, path);
                }
            }

            await Task.Delay(LockPoll, time, cancellationToken);
        }
    }

    private ModelLoadException Unusable(Exception exception) =>
        new($"The model cache {_root} cannot be used: {DiskFault.Describe(exception)}. Rerank:ModelCachePath sets another folder.", exception)
        {
            Code = ModelFailureCodes.ModelCacheUnusable,
        };

    // EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeldByAnother(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "Another process is fetching this model; waiting for {LockFile}")]
    private static partial void LogWaiting(ILogger logger, string lockFile);
}
