using System.Text;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>A storage account in memory: one container and the queues with their poison queues, shared by all instances.</summary>
internal sealed class FakeAccount(TimeProvider time)
{
    private readonly SortedDictionary<string, Blob> _blobs = new(StringComparer.Ordinal);
    private int _eTags;

    /// <summary>Raised at every write of a blob with its name, its content before (null for a new one) and its content after.</summary>
    public event Action<string, string?, string>? Written;

    /// <summary>The connection whose call takes effect now.</summary>
    public FakeConnection? Writer { get; set; }

    /// <summary>Raised at every deletion of a blob with its name.</summary>
    public event Action<string>? Deleted;

    public FakeQueue Jobs { get; } = new(time);

    public FakeQueue Bulk { get; } = new(time);

    public FakeQueue Recovery { get; } = new(time);

    public FakeQueue Batches { get; } = new(time);

    public FakeQueue Chunks { get; } = new(time);

    public FakeQueue Drops { get; } = new(time);

    public FakeQueue Callbacks { get; } = new(time);

    /// <summary>Messages that hosts have given up.</summary>
    public IReadOnlyDictionary<QueueKind, FakeQueue> Poison { get; } = Enum.GetValues<QueueKind>().ToDictionary(queue => queue, _ => new FakeQueue(time));

    public FakeReceivers Receivers { get; } = new();

    /// <summary>All queues of jobs.</summary>
    public IReadOnlyList<FakeQueue> Queues => [Jobs, Bulk, Recovery];

    /// <summary>Number of messages in all queues.</summary>
    public int Messages => Jobs.Count + Bulk.Count + Recovery.Count + Poison.Values.Sum(queue => queue.Count);

    public FakeQueue PoisonOf(QueueKind queue) => Poison[queue];

    public FakeQueue Of(QueueKind queue) => queue switch
    {
        QueueKind.Interactive => Jobs,
        QueueKind.Bulk => Bulk,
        QueueKind.Callbacks => Callbacks,
        QueueKind.Batches => Batches,
        QueueKind.Chunks => Chunks,
        QueueKind.Drops => Drops,
        _ => Recovery,
    };

    public IReadOnlyCollection<string> Names => _blobs.Keys;

    /// <summary>Storage's clock, to the second as in an HTTP date.</summary>
    public DateTimeOffset Time
    {
        get
        {
            var now = time.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        }
    }

    public string Text(string name) => Encoding.UTF8.GetString(_blobs[name].Content);

    public Blob? Read(string name) => _blobs.GetValueOrDefault(name);

    public BlobWriting Create(string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata) =>
        _blobs.ContainsKey(name) ? new BlobWriting(null, Time) : Write(name, null, content, metadata);

    public BlobWriting Replace(string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, string eTag) =>
        _blobs.TryGetValue(name, out var blob) && blob.ETag == eTag ? Write(name, blob, content, metadata) : new BlobWriting(null, Time);

    /// <summary>Writes a blob unconditionally, as a program does that does not follow the protocol.</summary>
    public void Put(string name, string content) => Write(name, Read(name), Encoding.UTF8.GetBytes(content), null);

    public bool Delete(string name)
    {
        Deleted?.Invoke(name);
        return _blobs.Remove(name);
    }

    /// <summary>Lists a page; its continuation is the first name of the next page.</summary>
    public BlobPage List(string prefix, string? continuation, int maxCount)
    {
        var rest = _blobs
            .Where(blob => blob.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(blob.Key, continuation) >= 0)
            .Select(blob => new ListedBlob(blob.Key, blob.Value.LastModified, blob.Value.ETag, blob.Value.Metadata))
            .ToList();
        return new BlobPage([.. rest.Take(maxCount)], rest.Count > maxCount ? rest[maxCount].Name : null, Time);
    }

    private BlobWriting Write(string name, Blob? before, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata)
    {
        var blob = new Blob(content.ToArray(), $"\"{++_eTags}\"", Time, metadata ?? new Dictionary<string, string>());
        _blobs[name] = blob;
        Written?.Invoke(name, before is null ? null : Encoding.UTF8.GetString(before.Content), Encoding.UTF8.GetString(blob.Content));
        return new BlobWriting(blob.ETag, Time);
    }

    internal sealed record Blob(byte[] Content, string ETag, DateTimeOffset LastModified, IReadOnlyDictionary<string, string> Metadata);
}
