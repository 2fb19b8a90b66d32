using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>A client that sends what it likes, as slowly as it likes, and hangs up when it likes.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client;

    private RawConnection(TcpClient client) => _client = client;

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

    public Task SendAsync(byte[] bytes) => _client.GetStream().WriteAsync(bytes).AsTask();

    /// <summary>Reads the answer until the server closes the connection; the request must have asked for that.</summary>
    public async Task<(int Status, string Head, JsonNode? Body)> ReadAnswerAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Long);
        using var reader = new StreamReader(_client.GetStream(), leaveOpen: true);
        var text = await reader.ReadToEndAsync(deadline.Token);
        var head = text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        var json = text.IndexOf('{', head.Length);
        return (
            int.Parse(head.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
            head,
            json < 0 ? null : JsonNode.Parse(text[json..(text.LastIndexOf('}') + 1)]));
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _client.Dispose();
}
