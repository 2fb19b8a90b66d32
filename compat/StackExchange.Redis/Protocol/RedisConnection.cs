using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Threading.Channels;

namespace StackExchange.Redis.Protocol;

/// <summary>
/// One pipelined connection: a loop writes commands, another reads their replies in the same order, and a third fails commands that wait too long.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    // Beyond it a command fails at once instead of waiting in memory.
    private const int MaxWaiting = 100_000;
    private const int WriteSize = 64 * 1024;
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);

    private readonly Stream _stream;
    private readonly RespReader _reader;
    private readonly TimeSpan _timeout;
    private readonly Channel<Command> _waiting = Channel.CreateBounded<Command>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly ConcurrentQueue<Command> _sent = new();
    private long _lastRead = Stopwatch.GetTimestamp();

    private RedisConnection(Stream stream, TimeSpan timeout) => (_stream, _reader, _timeout) = (stream, new RespReader(stream), timeout);

    /// <summary>Connects, authenticates and chooses the database.</summary>
    /// <exception cref="RedisConnectionException">One of these failed, or took too long.</exception>
    public static async Task<RedisConnection> OpenAsync(ConfigurationOptions options, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ConnectTimeout);
        Stream? stream = null;
        try
        {
            stream = await ServerStream.OpenAsync(options, limit.Token);
            var connection = new RedisConnection(stream, TimeSpan.FromMilliseconds(options.AsyncTimeout));
            await connection.IntroduceAsync(options, limit.Token);
            stream = null;
            return connection;
        }
        catch (Exception exception) when (exception is SocketException or IOException or InvalidDataException
            or OperationCanceledException or AuthenticationException)
        {
            throw new RedisConnectionException(FailureOf(exception, ConnectionFailureType.UnableToConnect), "The server cannot be reached.", exception);
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }
        }
    }

    /// <summary>Sends a command.</summary>
    /// <param name="command">The command's bytes.</param>
    /// <param name="forget">Whether the reply is dropped; then the task has ended.</param>
    public Task<RespReply> SendAsync(byte[] command, bool forget)
    {
        var reply = forget ? null : new TaskCompletionSource<RespReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_waiting.Writer.TryWrite(new Command(command, reply)))
        {
            reply?.SetException(new RedisConnectionException(ConnectionFailureType.InternalFailure, "The connection takes no more commands."));
        }

        return reply?.Task ?? Task.FromResult(RespReply.Null);
    }

    /// <summary>Works until the connection breaks.</summary>
    /// <returns>Why it broke. All commands have failed with it.</returns>
    public async Task<RedisConnectionException> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops = [WriteAsync(stop.Token), ReadAsync(stop.Token), WatchAsync(stop.Token)];
        var ended = await Task.WhenAny(loops);
        _waiting.Writer.TryComplete();
        await stop.CancelAsync();
        await _stream.DisposeAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var cause = ended.Exception?.InnerException;
        var kind = FailureOf(cause, ConnectionFailureType.ConnectionDisposed);
        var failure = new RedisConnectionException(kind, "The connection to the server broke.", cause);
        while (_sent.TryDequeue(out var command) || _waiting.Reader.TryRead(out command))
        {
            command.Reply?.TrySetException(failure);
        }

        return failure;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static ConnectionFailureType FailureOf(Exception? exception, ConnectionFailureType otherwise) => exception switch
    {
        AuthenticationException => ConnectionFailureType.AuthenticationFailure,
        InvalidDataException => ConnectionFailureType.ProtocolFailure,
        EndOfStreamException => ConnectionFailureType.SocketClosed,
        SocketException or IOException when otherwise == ConnectionFailureType.ConnectionDisposed => ConnectionFailureType.SocketFailure,
        TimeoutException => ConnectionFailureType.SocketFailure,
        _ => otherwise,
    };

    private async Task IntroduceAsync(ConfigurationOptions options, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(options.Password))
        {
            string[] credentials = options.User is { Length: > 0 } user ? [user, options.Password] : [options.Password];
            await AskAsync("AUTH", credentials, cancellationToken);
        }

        if (!string.IsNullOrEmpty(options.ClientName))
        {
            await AskAsync("CLIENT", ["SETNAME", options.ClientName], cancellationToken);
        }

        // Sent in any case: a server that wants a password says so.
        await AskAsync("SELECT", [(options.DefaultDatabase ?? 0).ToString(CultureInfo.InvariantCulture)], cancellationToken);
    }

    private async Task AskAsync(string name, string[] arguments, CancellationToken cancellationToken)
    {
        var command = new RespCommand(Encoding.ASCII.GetBytes(name), arguments.Length);
        foreach (var argument in arguments)
        {
            command.Add(argument);
        }

        await _stream.WriteAsync(command.ToArray(), cancellationToken);
        var reply = await _reader.ReadAsync(cancellationToken);
        if (!reply.IsOk)
        {
            // The server's words may quote the command.
            throw reply.Error is { } error && (name == "AUTH" || error.StartsWith("NOAUTH", StringComparison.Ordinal))
                ? new AuthenticationException("The server refuses user or password.")
                : new InvalidDataException($"The server refuses {name}.");
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            while (bytes.Length < WriteSize && _waiting.Reader.TryRead(out var command))
            {
                _sent.Enqueue(command);
                bytes.Write(command.Bytes);
            }

            await _stream.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancellationToken);
            bytes.SetLength(0);
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var reply = await _reader.ReadAsync(cancellationToken);
            Volatile.Write(ref _lastRead, Stopwatch.GetTimestamp());
            if (!_sent.TryDequeue(out var command))
            {
                throw new InvalidDataException("The server sent a reply to no command.");
            }

            command.Reply?.TrySetResult(reply);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(CheckInterval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var command in _sent.TakeWhile(command => Stopwatch.GetElapsedTime(command.Created) > _timeout))
            {
                command.Reply?.TrySetException(new RedisTimeoutException("The server did not answer in time."));
            }

            // A server that is silent for four times as long does not come back on this connection.
            var since = Math.Max(Volatile.Read(ref _lastRead), _sent.TryPeek(out var oldest) ? oldest.Created : long.MaxValue);
            if (since != long.MaxValue && Stopwatch.GetElapsedTime(since) > _timeout * 4)
            {
                throw new TimeoutException("The server stopped answering.");
            }
        }
    }

    private sealed record Command(byte[] Bytes, TaskCompletionSource<RespReply>? Reply)
    {
        public long Created { get; } = Stopwatch.GetTimestamp();
    }
}
