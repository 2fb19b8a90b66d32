using System.Text;
using RerankFunctions.Batches.Storage;

namespace RerankFunctions.Tests.Batches.Fakes;

/// <summary>Block blobs of any container in memory, with staged blocks.</summary>
internal sealed class FakeFiles(TimeProvider time)
{
    private readonly SortedDictionary<string, File> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, byte[]>> _staged = [];
    private int _eTags;

    /// <summary>Outputs that were committed, each time.</summary>
    public List<string> Commits { get; } = [];

    /// <summary>Largest part of an input that was read at once.</summary>
    public int LargestRead { get; set; }

    public DateTimeOffset Time
    {
        get
        {
            var now = time.GetUtcNow();
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        }
    }

    public IEnumerable<string> Names => _files.Keys;

    public void Put(string path, string text) => Put(path, Encoding.UTF8.GetBytes(text));

    public void Put(string path, byte[] content) => Write(path, content, null);

    public File? Find(string path) => _files.GetValueOrDefault(path);

    public string Text(string path) => Encoding.UTF8.GetString(_files[path].Content);

    public bool Remove(string path) => _files.Remove(path);

    public IEnumerable<(string Name, File File)> In(string container) =>
        _files.Where(file => file.Key.StartsWith($"{container}/", StringComparison.Ordinal)).Select(file => (file.Key[(container.Length + 1)..], file.Value));

    public void Stage(string path, string blockId, byte[] content)
    {
        if (!_staged.TryGetValue(path, out var blocks))
        {
            _staged[path] = blocks = [];
        }

        Assert.NotEmpty(content);
        Assert.All(blocks.Keys, other => Assert.Equal(other.Length, blockId.Length));
        blocks[blockId] = content;
    }

    /// <summary>Commits blocks, and drops all others that are staged, as storage does.</summary>
    public bool Commit(string path, IReadOnlyList<string> blockIds, string writer, string? replaces)
    {
        var blocks = _staged.GetValueOrDefault(path) ?? [];
        if (Find(path)?.Version.ETag != replaces || !blockIds.All(blocks.ContainsKey))
        {
            return false;
        }

        Write(path, [.. blockIds.SelectMany(id => blocks[id])], writer);
        _staged.Remove(path);
        Commits.Add(path);
        return true;
    }

    private void Write(string path, byte[] content, string? writer) =>
        _files[path] = new File(content, new FileVersion($"f{++_eTags}", content.Length, Time, writer));

    internal sealed record File(byte[] Content, FileVersion Version);
}
