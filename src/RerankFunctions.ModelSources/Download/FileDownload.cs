using System.Buffers;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Download;

/// <summary>
/// The download of one file. Bytes go to <c>NAME.incomplete</c>, which a later try continues, also in another process.
/// The file gets its name once size and hash are right.
/// </summary>
internal sealed class FileDownload(IRemoteFolder folder, RemoteFile file, string targetFolder, DownloadProgress progress, TimeProvider time)
{
    /// <summary>Suffix of the name of an incomplete file.</summary>
    public const string IncompleteSuffix = ".incomplete";

    private const int BufferSize = 1 << 17;

    // A server that sends nothing for this long counts as gone.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(60);

    private readonly string _target = RelativePath.Resolve(targetFolder, file.Path);

    // The most bytes that any request has reached.
    private long _reached;

    private string IncompletePath => _target + IncompleteSuffix;

    private string ValidatorPath => _target + ".etag";

    /// <summary>Fetches the missing part of the file and checks the whole.</summary>
    /// <exception cref="ModelLoadException">The file cannot be fetched or written, or is not the listed one.</exception>
    public async Task RunAsync(DownloadRetry retry, CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(_target))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_target)!);
                await FetchAsync(retry, cancellationToken);
                File.Delete(ValidatorPath);
                File.Move(IncompletePath, _target);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{folder.Name}: {file.Path} cannot be written to {targetFolder}: {DiskFault.Describe(exception)}.", exception)
            {
                Code = ModelFailureCodes.ModelCacheUnusable,
            };
        }

        progress.Complete(file);
    }

    private async Task FetchAsync(DownloadRetry retry, CancellationToken cancellationToken)
    {
        await using var partial = await PartialFile.OpenAsync(IncompletePath, file, cancellationToken);
        while (true)
        {
            while (!partial.IsComplete)
            {
                await retry.RunAsync(token => ContinueAsync(partial, token), cancellationToken);
            }

            var resumed = partial.HasEarlierBytes;
            if (partial.HasListedHash())
            {
                break;
            }

            partial.Restart();
            _reached = 0;
            File.Delete(ValidatorPath);

            // Bytes of an earlier process may be of another version if the server gave no ETag. Bytes of this process are not.
            if (!resumed)
            {
                throw new ModelLoadException(
                    $"{folder.Name}: {file.Path} has another hash than the listed {file.Digest!.Kind} {file.Digest.Hex}; it is damaged or changed.");
            }
        }

        partial.FlushToDisk();
    }

    /// <summary>
    /// Sends one request. Returns normally if the connection drops after some progress: the next request then counts as a first try. Bytes that were there
    /// before are none, so that a server without ranges which drops at the same place again and again is given up.
    /// </summary>
    private async Task<bool> ContinueAsync(PartialFile partial, CancellationToken cancellationToken)
    {
        var validator = partial.Length > 0 && File.Exists(ValidatorPath) ? await File.ReadAllTextAsync(ValidatorPath, cancellationToken) : null;
        _reached = Math.Max(_reached, partial.Length);
        await using var content = await folder.OpenAsync(file, partial.Length, validator, cancellationToken);
        if (content.Offset != partial.Length)
        {
            partial.Restart();
        }

        if (content.Validator is null)
        {
            File.Delete(ValidatorPath);
        }
        else if (content.Validator != validator)
        {
            await File.WriteAllTextAsync(ValidatorPath, content.Validator, cancellationToken);
        }

        try
        {
            await CopyAsync(content, partial, cancellationToken);
            return partial.IsComplete
                ? true
                : throw new TransientDownloadException($"{folder.Name}: {file.Path} ended after {partial.Length} of {file.Size} bytes");
        }
        catch (TransientDownloadException) when (partial.Length > _reached)
        {
            return false;
        }
    }

    private async Task CopyAsync(RemoteContent content, PartialFile partial, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await ReadAsync(content, buffer, cancellationToken)) > 0)
            {
                if (read > file.Size - partial.Length)
                {
                    throw new ModelLoadException($"{folder.Name}: {file.Path} is longer than the {file.Size} bytes that the server lists for it.");
                }

                await partial.AppendAsync(buffer.AsMemory(0, read), cancellationToken);
                progress.Advance(file.Path, partial.Length, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<int> ReadAsync(RemoteContent content, byte[] buffer, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(MaxSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await content.ReadAsync(buffer, either.Token);
        }
        catch (IOException exception)
        {
            throw new TransientDownloadException($"{folder.Name}: the connection dropped during the download of {file.Path}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientDownloadException($"{folder.Name}: nothing of {file.Path} arrived for {MaxSilence.TotalSeconds:0} s", exception);
        }
    }
}
