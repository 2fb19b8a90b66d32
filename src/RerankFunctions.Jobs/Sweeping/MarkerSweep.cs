using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs.Sweeping;

/// <summary>
/// The sweep over the markers of what has not ended, one at a time in a process. It lists the markers, and looks at what they mark only when something may
/// be due, so that its cost grows with what is active.
/// </summary>
/// <param name="list">Lists a page of the markers.</param>
/// <param name="find">Returns what a marker marks by the marker's name; null for a blob that is not a marker.</param>
/// <param name="minAge">Age of the markers that are looked at first.</param>
public sealed class MarkerSweep<TId>(Func<string?, CancellationToken, Task<BlobPage>> list, Func<string, TId?> find, TimeSpan minAge)
    where TId : struct
{
    // Few beside the calls of workers and clients.
    private const int MaxReadsAtOnce = 8;

    private int _isSweeping;
    private Dictionary<TId, DateTimeOffset> _lookAgainAt = [];

    /// <summary>Sweeps once, unless this process does so already.</summary>
    /// <param name="look">Looks at what is marked, and returns when to do so again; null for the next sweep.</param>
    /// <param name="failed">Is told what could not be looked at. The next sweep does.</param>
    /// <param name="cancellationToken">Ends the sweep; the next one goes on.</param>
    /// <exception cref="StorageUnavailableException">The markers cannot be listed, or nothing of a group could be looked at.</exception>
    public async Task RunAsync(
        Func<TId, CancellationToken, Task<DateTimeOffset?>> look, Action<TId, StorageUnavailableException> failed, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isSweeping, 1) != 0)
        {
            return;
        }

        try
        {
            await RunOnceAsync(id => TryAsync(id, look, failed, cancellationToken), cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _isSweeping, 0);
        }
    }

    private async Task RunOnceAsync(Func<TId, Task<Look>> look, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<TId, DateTimeOffset>();
        string? continuation = null;
        do
        {
            var page = await list(continuation, cancellationToken);
            foreach (var group in FindDue(page, seen).Chunk(MaxReadsAtOnce))
            {
                var looks = await Task.WhenAll(group.Select(look));
                foreach (var (id, lookAgainAt, _) in looks)
                {
                    if (lookAgainAt is { } later)
                    {
                        seen[id] = later;
                    }
                }

                if (Array.TrueForAll(looks, look => look.Failure is not null))
                {
                    throw looks[0].Failure!;
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        _lookAgainAt = seen;
    }

    private List<TId> FindDue(BlobPage page, Dictionary<TId, DateTimeOffset> seen)
    {
        var due = new List<TId>();
        foreach (var marker in page.Blobs)
        {
            if (find(marker.Name) is not { } id || marker.LastModified > page.Time - minAge)
            {
                continue;
            }

            if (_lookAgainAt.TryGetValue(id, out var lookAgainAt) && lookAgainAt > page.Time && lookAgainAt <= page.Time + JobProtocol.LongestLease)
            {
                seen[id] = lookAgainAt;
            }
            else
            {
                due.Add(id);
            }
        }

        return due;
    }

    private static async Task<Look> TryAsync(
        TId id,
        Func<TId, CancellationToken, Task<DateTimeOffset?>> look,
        Action<TId, StorageUnavailableException> failed,
        CancellationToken cancellationToken)
    {
        try
        {
            return new Look(id, await look(id, cancellationToken));
        }
        catch (NewerVersionException)
        {
            // A sweeper of the newer version looks after it.
            return new Look(id, null);
        }
        catch (StorageUnavailableException exception)
        {
            failed(id, exception);
            return new Look(id, null, exception);
        }
    }

    private readonly record struct Look(TId Id, DateTimeOffset? LookAgainAt, StorageUnavailableException? Failure = null);
}
