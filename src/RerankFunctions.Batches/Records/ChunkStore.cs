using System.Text.Json;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Records;

/// <summary>What a batch needs until it ends: the list of its chunks in pages, and the texts of the chunks of a compressed input.</summary>
public sealed class ChunkStore(IBlobStore blobs)
{
    /// <summary>Chunks on a page.</summary>
    public const int PageSize = 128;

    private const int MaxPage = 1_000;

    /// <summary>Writes a page, or finds the same one stored by an earlier attempt.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="chunks">The chunks of the page; the first one's number is a multiple of <see cref="PageSize"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the page is stored; false when another one is, so that chunks would overlap or leave lines out.</returns>
    public async Task<bool> WritePageAsync(BatchId id, IReadOnlyList<ChunkSpan> chunks, CancellationToken cancellationToken)
    {
        var name = BatchBlobNames.Chunks(id, chunks[0].Number / PageSize);
        var content = JsonSerializer.SerializeToUtf8Bytes(chunks, BatchesJson.Stored.IReadOnlyListChunkSpan);
        return (await blobs.CreateAsync(name, content, metadata: null, cancellationToken)).IsWritten
            || (await ReadPageAsync(id, chunks[0].Number, cancellationToken))?.SequenceEqual(chunks) == true;
    }

    /// <summary>Reads the chunks from a number on to the end of its page.</summary>
    /// <returns>The chunks; null when the page is missing or not readable.</returns>
    public async Task<IReadOnlyList<ChunkSpan>?> ReadPageAsync(BatchId id, int first, CancellationToken cancellationToken)
    {
        var reading = await blobs.ReadAsync(BatchBlobNames.Chunks(id, first / PageSize), knownETag: null, cancellationToken);
        try
        {
            return reading.IsFound && JsonSerializer.Deserialize(reading.Content.Span, BatchesJson.Default.IReadOnlyListChunkSpan) is { } chunks
                && chunks.Any(chunk => chunk.Number == first)
                    ? [.. chunks.Where(chunk => chunk.Number >= first)]
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the text of a chunk.</summary>
    public Task WriteTextAsync(BatchId id, int chunk, ReadOnlyMemory<byte> text, CancellationToken cancellationToken) =>
        blobs.CreateAsync(BatchBlobNames.Text(id, chunk), text, metadata: null, cancellationToken);

    /// <summary>Reads the text of a chunk.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="chunk">Number of the chunk.</param>
    /// <param name="length">Its length.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The text; null when it is missing or has another length.</returns>
    public Task<byte[]?> ReadTextAsync(BatchId id, int chunk, int length, CancellationToken cancellationToken) => blobs.ReadAsync(
        BatchBlobNames.Text(id, chunk),
        async (stream, token) =>
        {
            var text = new byte[length];
            var read = await stream.ReadAtLeastAsync(text, length, throwOnEndOfStream: false, token);
            return read == length ? text : null;
        },
        cancellationToken);

    /// <summary>Deletes the text of a chunk that is done.</summary>
    public Task DeleteTextAsync(BatchId id, int chunk, CancellationToken cancellationToken) =>
        blobs.DeleteAsync(BatchBlobNames.Text(id, chunk), cancellationToken);

    /// <summary>Returns whether there is anything of it.</summary>
    public async Task<bool> ExistsAsync(BatchId id, CancellationToken cancellationToken)
    {
        BlobPage? page = null;
        do
        {
            page = await blobs.ListAsync(BatchBlobNames.WorkOf(id), page?.Continuation, maxCount: 1, cancellationToken);
        }
        while (page is { Blobs: [], Continuation: not null });

        return page.Blobs.Count > 0;
    }

    /// <summary>Deletes all of it.</summary>
    public async Task DeleteAsync(BatchId id, CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            var page = await blobs.ListAsync(BatchBlobNames.WorkOf(id), continuation, MaxPage, cancellationToken);
            foreach (var blob in page.Blobs)
            {
                await blobs.DeleteAsync(blob.Name, cancellationToken);
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }
}
