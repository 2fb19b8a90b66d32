using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>A client that sends what it likes, as slowly as it likes, and hangs up when it likes.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawConnection(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<RawConnection> OpenAsync(Uri root)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(root.Host, root.Port);
        return new RawConnection(client);
    }

    /// <summary>Sends a request line and headers, with the function key where one is set.</summary>
    public Task SendHeadAsync(string requestLine, string host, params IEnumerable<string> headers)
    {
        IEnumerable<string> key = Api.FunctionKey is null ? [] : [$"x-functions-key: {Api.FunctionKey}"];
        return SendAsync(string.Join("\r\n", [$"{requestLine} HTTP/1.1", $"Host: {host}", .. headers, .. key]) + "\r\n\r\n");
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask();

    /// <summary>Reads the answer: to its last chunk, or until the server closes the connection.</summary>
    public async Task<(int Status, string Head, JsonNode? Body)> ReadAnswerAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Long);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) && await _stream.ReadAsync(buffer, deadline.Token) is var read and > 0)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        var answer = text.ToString();
        var head = answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var json = answer.IndexOf('{', head.Length);
        return (
            int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture),
            head,
            json < 0 ? null : JsonNode.Parse(answer[json..(answer.LastIndexOf('}') + 1)]));
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }
}
