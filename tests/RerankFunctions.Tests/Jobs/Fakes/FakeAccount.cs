using System.Text;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>A storage account in memory: one container and one queue with its poison queue, shared by all instances.</summary>
internal sealed class FakeAccount(TimeProvider time)
{
    private readonly SortedDictionary<string, Blob> _blobs = new(StringComparer.Ordinal);
    private int _eTags;

    /// <summary>Raised at every write of a blob with its name, its content before (null for a new one) and its content after.</summary>
    public event Action<string, string?, string>? Written;

    /// <summary>Raised at every deletion of a blob with its name.</summary>
    public event Action<string>? Deleted;

    public FakeQueue Jobs { get; } = new(time);

    public FakeQueue Poison { get; } = new(time);

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

    public BlobWriting Create(string name, ReadOnlyMemory<byte> content) =>
        _blobs.ContainsKey(name) ? new BlobWriting(null, Time) : Write(name, null, content);

    public BlobWriting Replace(string name, ReadOnlyMemory<byte> content, string eTag) =>
        _blobs.TryGetValue(name, out var blob) && blob.ETag == eTag ? Write(name, blob, content) : new BlobWriting(null, Time);

    /// <summary>Writes a blob unconditionally, as a program does that does not follow the protocol.</summary>
    public void Put(string name, string content) => Write(name, Read(name), Encoding.UTF8.GetBytes(content));

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
            .Select(blob => new ListedBlob(blob.Key, blob.Value.LastModified))
            .ToList();
        return new BlobPage([.. rest.Take(maxCount)], rest.Count > maxCount ? rest[maxCount].Name : null, Time);
    }

    private BlobWriting Write(string name, Blob? before, ReadOnlyMemory<byte> content)
    {
        var blob = new Blob(content.ToArray(), $"\"{++_eTags}\"", Time);
        _blobs[name] = blob;
        Written?.Invoke(name, before is null ? null : Encoding.UTF8.GetString(before.Content), Encoding.UTF8.GetString(blob.Content));
        return new BlobWriting(blob.ETag, Time);
    }

    internal sealed record Blob(byte[] Content, string ETag, DateTimeOffset LastModified);
}
