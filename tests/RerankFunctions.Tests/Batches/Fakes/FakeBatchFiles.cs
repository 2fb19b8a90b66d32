using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Batches.Fakes;

/// <summary>Inputs and outputs in memory, behind the connection of one process.</summary>
internal sealed class FakeBatchFiles(FakeFiles files, FakeConnection connection) : IBatchFiles
{
    private const int PageSize = 50;

    public Task<FileVersion?> FindAsync(string container, string name, CancellationToken cancellationToken) =>
        CallAsync($"find {container}/{name}", () => files.Find($"{container}/{name}")?.Version, cancellationToken);

    public Task<FilePage> ListAsync(string container, string? continuation, CancellationToken cancellationToken) => CallAsync(
        $"list {container}",
        () =>
        {
            var rest = files.In(container).Where(file => string.CompareOrdinal(file.Name, continuation) >= 0).ToList();
            return new FilePage(
                [.. rest.Take(PageSize).Select(file => new ListedFile(file.Name, file.File.Version))],
                rest.Count > PageSize ? rest[PageSize].Name : null,
                files.Time);
        },
        cancellationToken);

    public async Task<byte[]> ReadAsync(BatchInputBlob input, long offset, int length, CancellationToken cancellationToken)
    {
        files.LargestRead = Math.Max(files.LargestRead, length);
        var content = await CallAsync(
            $"range {input.Container}/{input.Name}",
            () => files.Find($"{input.Container}/{input.Name}") is { } file && file.Version.ETag == input.ETag
                ? file.Content.AsSpan((int)offset, length).ToArray()
                : null,
            cancellationToken);
        return content ?? throw new InputChangedException();
    }

    public Task StageAsync(string container, string name, string blockId, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        // A copy: the caller may use its buffer again while a late write is under way.
        var bytes = content.ToArray();
        return CallAsync(
            $"stage {container}/{name}",
            () =>
            {
                files.Stage($"{container}/{name}", blockId, bytes);
                return true;
            },
            cancellationToken);
    }

    public Task<bool> CommitAsync(
        string container, string name, IReadOnlyList<string> blockIds, string writer, string? replaces, CancellationToken cancellationToken) =>
        connection.CallAsync(
            $"commit {container}/{name}", () => files.Commit($"{container}/{name}", blockIds, writer, replaces), () => false, cancellationToken);

    public Task DeleteAsync(string container, string name, string eTag, CancellationToken cancellationToken) => CallAsync(
        $"erase {container}/{name}",
        () => files.Find($"{container}/{name}")?.Version.ETag == eTag && files.Remove($"{container}/{name}"),
        cancellationToken);

    private Task<T> CallAsync<T>(string name, Func<T> effect, CancellationToken cancellationToken) =>
        connection.CallAsync(name, effect, effect, cancellationToken);
}
