using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RerankFunctions.Storage;

/// <summary>Forwards TCP connections from a free port to another, while open.</summary>
internal sealed class TcpGate : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly int _target;
    private readonly Action<string>? _onText;
    private TcpListener? _listener;

    /// <param name="target">Port to forward to.</param>
    /// <param name="onText">Gets what clients send before it is forwarded.</param>
    public TcpGate(int target, Action<string>? onText = null)
    {
        _target = target;
        _onText = onText;
        Open();
    }

    public int Port { get; private set; }

    public void Open()
    {
        lock (_lock)
        {
            if (_listener is not null)
            {
                return;
            }

            _listener = new TcpListener(IPAddress.Loopback, Port);
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = AcceptAsync(_listener);
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
            foreach (var socket in _sockets)
            {
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    public void Dispose() => Close();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(listener, await listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
            return;
        }
    }

    private async Task ForwardAsync(TcpListener listener, Socket near)
    {
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        lock (_lock)
        {
            _sockets.AddRange([near, far]);
            if (_listener != listener)
            {
                near.Dispose();
            }
        }

        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(PumpAsync(near, far, _onText), PumpAsync(far, near));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One side has gone: so does the other.
            return;
        }
        finally
        {
            near.Dispose();
            far.Dispose();
            lock (_lock)
            {
                _sockets.RemoveAll(socket => socket == near || socket == far);
            }
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Action<string>? onText = null)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
            {
                onText?.Invoke(Encoding.Latin1.GetString(buffer, 0, read));
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut.
            return;
        }
    }
}
