using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RerankFunctions.Tests.Support;

/// <summary>A <c>redis-server</c> process of a test: on a free port, in a temporary folder, without persistence.</summary>
internal sealed class RedisServer : IDisposable
{
    public static readonly string? Binary = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _settings;
    private Process? _process;

    private RedisServer(string[] settings) => _settings = settings;

    public int Port { get; } = LocalPort.Free();

    /// <summary>Starts a server and waits until it accepts connections.</summary>
    /// <param name="settings">More settings, for instance <c>--requirepass</c> and a password.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var server = new RedisServer(settings);
        await server.RestartAsync();
        return server;
    }

    public async Task RestartAsync()
    {
        string[] arguments = ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", "", "--appendonly", "no", .. _settings];
        var process = new Process { StartInfo = new ProcessStartInfo(Binary!, arguments) { RedirectStandardOutput = true } };
        _process = process;
        process.Start();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        throw new InvalidOperationException("redis-server ended.");
    }

    /// <summary>Sends a command in Redis' inline form and returns the first line of the reply.</summary>
    public async Task<string> AskAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        await using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\r\n" };
        await writer.WriteLineAsync(command);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() ?? "";
    }

    public void Kill()
    {
        if (_process is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            _process = null;
        }
    }

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
        _folder.Dispose();
    }
}
