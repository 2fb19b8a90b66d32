using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace RerankFunctions.Storage;

/// <summary>A way to an <see cref="Azurite"/> that can be cut and mended: what storage being down looks like from outside.</summary>
public sealed partial class StorageGate : IDisposable
{
    private readonly TcpGate _blobs;
    private readonly TcpGate _queues;
    private readonly ConcurrentQueue<string> _requests = [];

    internal StorageGate(Azurite azurite)
    {
        _blobs = new TcpGate(azurite.BlobPort);
        _queues = new TcpGate(azurite.QueuePort, Note);
        ConnectionString = azurite.ConnectionStringFor(_blobs.Port, _queues.Port);
    }

    /// <summary>Connection string of the account, through this gate.</summary>
    public string ConnectionString { get; }

    /// <summary>Method and path with query of the requests to the queue service, oldest first.</summary>
    public IReadOnlyCollection<string> QueueRequests => _requests;

    /// <summary>Drops all connections and refuses new ones.</summary>
    public void Cut()
    {
        _blobs.Close();
        _queues.Close();
    }

    /// <summary>Lets connections through again, on the same ports.</summary>
    public void Mend()
    {
        _blobs.Open();
        _queues.Open();
    }

    public void Dispose()
    {
        _blobs.Dispose();
        _queues.Dispose();
    }

    private void Note(string text)
    {
        foreach (Match match in RequestLine().Matches(text))
        {
            _requests.Enqueue(match.Groups["request"].Value);
        }
    }

    [GeneratedRegex(@"^(?<request>[A-Z]+ \S+) HTTP/1\.1", RegexOptions.Multiline)]
    private static partial Regex RequestLine();
}
