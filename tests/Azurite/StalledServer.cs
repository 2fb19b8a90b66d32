using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RerankFunctions.Storage;

/// <summary>A server in storage's place that accepts connections and never completes an answer: it stays silent or sends a byte a second.</summary>
public sealed class StalledServer : IDisposable
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        "HTTP/1.1 201 Created\r\nContent-Length: 100\r\nx-ms-request-id: 00000000-0000-0000-0000-000000000000\r\n\r\n");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly bool _sendsBytes;

    private StalledServer(bool sendsBytes)
    {
        _sendsBytes = sendsBytes;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Connection string of an account on this server.</summary>
    public string ConnectionString
    {
        get
        {
            var root = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/a";
            return $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AA==;BlobEndpoint={root};QueueEndpoint={root};";
        }
    }

    /// <summary>Starts a server that sends nothing.</summary>
    public static StalledServer Silent() => new(sendsBytes: false);

    /// <summary>Starts a server that sends one byte of its answer a second.</summary>
    public static StalledServer Dribbling() => new(sendsBytes: true);

    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Dispose();
        _stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = StallAsync(await _listener.AcceptSocketAsync(_stopped.Token), _stopped.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task StallAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var connection = socket;
        try
        {
            foreach (var octet in _sendsBytes ? Answer : [])
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
                await connection.SendAsync(new[] { octet }, cancellationToken);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            return;
        }
    }
}
