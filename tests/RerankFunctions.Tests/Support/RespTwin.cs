using System.Net;
using System.Net.Sockets;

namespace RerankFunctions.Tests.Support;

/// <summary>A server in the place of Redis that greets as Redis does and answers every lookup with the bytes of a test.</summary>
internal sealed class RespTwin : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly byte[] _answer;
    private int _lookups;

    /// <summary>Starts the server.</summary>
    /// <param name="answer">The answer to every lookup; empty for silence.</param>
    public RespTwin(byte[] answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string ConnectionString => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Lookups that arrived.</summary>
    public int Lookups => Volatile.Read(ref _lookups);

    public void Dispose()
    {
        _stopped.Cancel();
        _listener.Dispose();
        _stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        var token = _stopped.Token;
        while (!token.IsCancellationRequested)
        {
            _ = ServeAsync(await _listener.AcceptSocketAsync(token), token);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken token)
    {
        using var connection = socket;
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, token) is > 0 and var read)
        {
            var isLookup = buffer.AsSpan(0, read).IndexOf("MGET"u8) >= 0;
            Interlocked.Add(ref _lookups, isLookup ? 1 : 0);
            await socket.SendAsync(isLookup ? _answer : "+OK\r\n"u8.ToArray(), token);
        }
    }
}
