using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Download;

namespace RerankFunctions.ModelSources.Cache;

/// <summary>
/// The folder of fetched models: a folder for each version of a model, with a folder for each selection of its files. A complete one has its final name,
/// which it gets by a rename. During the fetch it is <c>NAME.partial</c>, and the process that fetches holds <c>fetch.lock</c> of the version open exclusively
/// (flock on Unix, share mode on Windows). The operating system frees the lock however its holder ends; lock files stay.
/// </summary>
internal sealed partial class ModelCache(IOptions<ModelSourceOptions> options, TimeProvider time, ILogger<ModelCache> logger)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(500);

    private readonly string _root = options.Value.CacheFolder;

    /// <summary>Returns a folder of the cache, filled first if it is not there.</summary>
    /// <param name="version">Place of the model's version in the cache, from checked parts.</param>
    /// <param name="names">Names of the folders there that will do, in order of preference. The last one names the folder while it is filled.</param>
    /// <param name="fill">Fills a folder, which may hold files of an earlier call that did not finish, and returns which of the names it gets.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Full path of the complete folder.</returns>
    /// <exception cref="ModelLoadException">The cache folder cannot be used.</exception>
    public async Task<string> GetOrAddAsync(
        string version, IReadOnlyList<string> names, Func<string, CancellationToken, Task<string>> fill, CancellationToken cancellationToken)
    {
        var parent = RelativePath.Resolve(_root, version);
        if (Find(parent, names) is { } present)
        {
            return present;
        }

        try
        {
            Directory.CreateDirectory(parent);
            using var held = await LockAsync(Path.Combine(parent, "fetch.lock"), cancellationToken);
            if (Find(parent, names) is { } added)
            {
                return added;
            }

            var staging = Path.Combine(parent, names[^1] + ".partial");
            Directory.CreateDirectory(staging);
            var folder = Path.Combine(parent, await fill(staging, cancellationToken));
            Directory.Move(staging, folder);
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

    private static string? Find(string parent, IReadOnlyList<string> names) =>
        names.Select(name => Path.Combine(parent, name)).FirstOrDefault(Directory.Exists);

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
