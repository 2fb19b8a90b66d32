using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Starting;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Sweeping;

/// <summary>
/// Starts batches of drops that no event has announced. It lists the container, which costs one request for each 5,000 blobs in it, and looks closer only at
/// blobs that were written since the last complete sweep: a stored mark says until when all drops have their batches.
/// </summary>
public sealed class DropSweeper(
    IBatchFiles files, IBlobStore blobs, BatchStart start, IOptions<BatchOptions> options, ILogger<DropSweeper> logger)
{
    private const int MaxStartsAtOnce = 8;

    // A blob that was just written may be missing in a list that is just being made.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    // The mark is a saving: one that is a few minutes old costs looks at the drops of these minutes.
    private static readonly TimeSpan MarkInterval = TimeSpan.FromMinutes(5);

    private HashSet<(string Name, string ETag)> _seen = [];

    /// <summary>Looks at all drops once.</summary>
    /// <param name="cancellationToken">Ends the sweep; the next one goes on.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the next call looks at the same drops.</exception>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var (mark, eTag) = await ReadMarkAsync(cancellationToken);
        var since = mark is null ? DateTimeOffset.MinValue : mark.Until - Overlap;
        var seen = new HashSet<(string, string)>();
        var (started, isComplete) = (0, true);
        DateTimeOffset? began = null;
        string? continuation = null;
        do
        {
            var page = await files.ListAsync(options.Value.DropContainer, continuation, cancellationToken);
            began ??= page.Time;
            isComplete &= page.Files.All(file => file.Version is not null);
            var recent = page.Files.Where(file => file.Version is { Bytes: > 0 } version && version.WrittenAt >= since).ToList();
            seen.UnionWith(recent.Select(file => (file.Name, file.Version!.ETag)));
            foreach (var part in recent.Where(IsDue).Chunk(MaxStartsAtOnce))
            {
                await Task.WhenAll(part.Select(file => StartAsync(file, cancellationToken)));
                started += part.Length;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        _seen = seen;
        if (started > 0)
        {
            logger.DropsSwept(started);
        }

        // A drop that is still being copied keeps the time at which the copy began, so the mark stays before it.
        if (isComplete && began is { } until && (mark is null || until - mark.Until > MarkInterval))
        {
            await WriteMarkAsync(new DropMark(until), eTag, cancellationToken);
        }
    }

    private bool IsDue(ListedFile file) => BatchRequest.IsName(file.Name) && !_seen.Contains((file.Name, file.Version!.ETag));

    private async Task StartAsync(ListedFile file, CancellationToken cancellationToken)
    {
        try
        {
            await start.StartAsync(new BatchRequest(options.Value.DropContainer, file.Name), file.Version!, null, cancellationToken);
        }
        catch (NewerVersionException)
        {
            // A process of the newer version has started it.
            logger.EventIgnored("The batch was started before.");
        }
    }

    private async Task<(DropMark? Mark, string? ETag)> ReadMarkAsync(CancellationToken cancellationToken)
    {
        var reading = await blobs.ReadAsync(BatchBlobNames.Drops, knownETag: null, cancellationToken);
        if (!reading.IsFound)
        {
            return (null, null);
        }

        try
        {
            return (JsonSerializer.Deserialize(reading.Content.Span, BatchesJson.Default.DropMark), reading.ETag);
        }
        catch (JsonException)
        {
            // Without a mark, all drops are looked at; those that have their batches keep them.
            return (null, reading.ETag);
        }
    }

    private Task<BlobWriting> WriteMarkAsync(DropMark mark, string? eTag, CancellationToken cancellationToken)
    {
        // A sweeper that loses the race to another one has nothing to add.
        var content = JsonSerializer.SerializeToUtf8Bytes(mark, BatchesJson.Stored.DropMark);
        return eTag is null
            ? blobs.CreateAsync(BatchBlobNames.Drops, content, metadata: null, cancellationToken)
            : blobs.ReplaceAsync(BatchBlobNames.Drops, content, metadata: null, eTag, cancellationToken);
    }
}
