using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace RerankFunctions.Storage;

/// <summary>Forwards to an <see cref="Azurite"/> until it is cut: simulates storage that is down.</summary>
public sealed partial class StorageGate : IDisposable
{
    private readonly TcpGate _blobs;
    private readonly TcpGate _queues;
    private readonly ConcurrentQueue<string> _requests = [];
    private (Predicate<string> Matches, TaskCompletionSource Done)? _cut;

    internal StorageGate(Azurite azurite)
    {
        _blobs = new TcpGate(azurite.BlobPort, CutIfMatched);
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

    /// <summary>Cuts the connections when a request to the blob service matches, before the service gets it.</summary>
    /// <param name="matches">Tests method and path with query.</param>
    /// <returns>A task that ends with the cut.</returns>
    public Task CutBeforeAsync(Predicate<string> matches)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cut = (matches, done);
        return done.Task;
    }

    /// <summary>Accepts connections again, on the same ports.</summary>
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
        foreach (var request in RequestsIn(text))
        {
            _requests.Enqueue(request);
        }
    }

    private void CutIfMatched(string text)
    {
        if (_cut is { } cut && RequestsIn(text).Any(request => cut.Matches(request)))
        {
            _cut = null;
            Cut();
            cut.Done.TrySetResult();
        }
    }

    private static IEnumerable<string> RequestsIn(string text) => RequestLine().Matches(text).Select(match => match.Groups["request"].Value);

    [GeneratedRegex(@"^(?<request>[A-Z]+ \S+) HTTP/1\.1", RegexOptions.Multiline)]
    private static partial Regex RequestLine();
}
