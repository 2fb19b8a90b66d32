using System.Buffers;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Download;

/// <summary>
/// Brings one file onto the disk. Bytes go to <c>NAME.incomplete</c>, which a later try continues, in this process or the
/// next; the file gets its name only when size and hash are right.
/// </summary>
internal sealed class FileDownload(IRemoteFolder folder, RemoteFile file, string targetFolder, DownloadProgress progress, TimeProvider time)
{
    /// <summary>What the name of a file that is not complete ends with.</summary>
    public const string IncompleteSuffix = ".incomplete";

    private const int BufferSize = 1 << 17;

    // A server that sends nothing for so long is taken for gone.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    private readonly string _target = RemotePath.Within(targetFolder, file.Path);

    private string IncompletePath => _target + IncompleteSuffix;

    private string ValidatorPath => _target + ".etag";

    /// <summary>Fetches what is missing of the file and checks it.</summary>
    /// <exception cref="ModelLoadException">It cannot be fetched, or is not what was listed.</exception>
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"{folder.Name}: {file.Path} cannot be kept in {targetFolder}: {DiskFault.Describe(e)}.", e);
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
            if (partial.HashIsRight())
            {
                break;
            }

            partial.Restart();
            File.Delete(ValidatorPath);
            // Bytes of an earlier process may be of another version where the server gave no ETag; those of this one are not.
            if (!resumed)
            {
                throw new ModelLoadException($"{folder.Name}: {file.Path} arrived with another hash than the server lists for it ({file.Digest!.Kind} {file.Digest.Hex}); it is damaged or was changed on the way.");
            }
        }

        partial.FlushToDisk();
    }

    /// <summary>One request. Ends well when the connection drops after some progress: the next request then counts as a first try.</summary>
    private async Task<bool> ContinueAsync(PartialFile partial, CancellationToken cancellationToken)
    {
        var validator = partial.Length > 0 && File.Exists(ValidatorPath) ? await File.ReadAllTextAsync(ValidatorPath, cancellationToken) : null;
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

        var start = partial.Length;
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

            if (!partial.IsComplete)
            {
                throw new TransientDownloadException($"{folder.Name}: {file.Path} ended after {partial.Length} of {file.Size} bytes");
            }
        }
        catch (TransientDownloadException) when (partial.Length > start)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return true;
    }

    private async Task<int> ReadAsync(RemoteContent content, byte[] buffer, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await content.ReadAsync(buffer, either.Token);
        }
        catch (IOException e)
        {
            throw new TransientDownloadException($"{folder.Name}: the connection dropped while {file.Path} came in", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientDownloadException($"{folder.Name}: nothing of {file.Path} came in for {LongestSilence.TotalSeconds:0} s", e);
        }
    }
}
