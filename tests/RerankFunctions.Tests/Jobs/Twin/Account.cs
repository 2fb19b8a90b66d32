using System.Text;

namespace RerankFunctions.Tests.Jobs.Twin;

/// <summary>The storage account in memory: one container's blobs and one queue with its poison queue, shared by all instances.</summary>
internal sealed class Account(VirtualTime time)
{
    private readonly Dictionary<string, Blob> _blobs = [];
    private int _eTags;

    /// <summary>Told of every write of a blob: name, content before (null for a new one), content after.</summary>
    public event Action<string, string?, string>? Written;

    /// <summary>Told of every blob that is deleted.</summary>
    public event Action<string>? Deleted;

    public StoredQueue Jobs { get; } = new(time);

    public StoredQueue Poison { get; } = new(time);

    public IReadOnlyCollection<string> Names => _blobs.Keys;

    public string Text(string name) => Encoding.UTF8.GetString(_blobs[name].Content);

    public Blob? Read(string name) => _blobs.GetValueOrDefault(name);

    public string? Create(string name, ReadOnlyMemory<byte> content) =>
        _blobs.ContainsKey(name) ? null : Write(name, null, content);

    public string? Replace(string name, ReadOnlyMemory<byte> content, string eTag) =>
        _blobs.TryGetValue(name, out var blob) && blob.ETag == eTag ? Write(name, blob, content) : null;

    /// <summary>Puts a blob there whatever was there, as somebody who does not follow the protocol would.</summary>
    public void Put(string name, string content) => Write(name, Read(name), Encoding.UTF8.GetBytes(content));

    public bool Delete(string name)
    {
        Deleted?.Invoke(name);
        return _blobs.Remove(name);
    }

    private string Write(string name, Blob? before, ReadOnlyMemory<byte> content)
    {
        var blob = new Blob(content.ToArray(), $"\"{++_eTags}\"");
        _blobs[name] = blob;
        Written?.Invoke(name, before is null ? null : Encoding.UTF8.GetString(before.Content), Encoding.UTF8.GetString(blob.Content));
        return blob.ETag;
    }

    internal sealed record Blob(byte[] Content, string ETag);
}
