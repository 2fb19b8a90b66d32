using StackExchange.Redis.Protocol;

namespace StackExchange.Redis;

/// <summary>A connection to a server that is shared by all callers and opened again when it breaks.</summary>
public sealed class ConnectionMultiplexer : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(10);

    private readonly ConfigurationOptions _options;
    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private volatile RedisConnection? _connection;
    private int _disposed;

    private ConnectionMultiplexer(ConfigurationOptions options)
    {
        _options = options;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Raised when the connection breaks or cannot be opened.</summary>
    public event EventHandler<ConnectionFailedEventArgs>? ConnectionFailed;

    /// <summary>Raised when the connection is there again.</summary>
    public event EventHandler<ConnectionFailedEventArgs>? ConnectionRestored;

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected => _connection is not null;

    /// <summary>Connects. Tries go on in the background unless the first one failed and <see cref="ConfigurationOptions.AbortOnConnectFail"/> is set.</summary>
    /// <exception cref="RedisConnectionException">The first try failed.</exception>
    public static async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.EndPoints.Count == 0)
        {
            throw new ArgumentException("No endpoints specified.", nameof(configuration));
        }

        var multiplexer = new ConnectionMultiplexer(configuration);
        try
        {
            await multiplexer._first.Task;
        }
        catch (RedisConnectionException) when (!configuration.AbortOnConnectFail)
        {
            // It connects later, or never.
        }
        catch
        {
            await multiplexer.DisposeAsync();
            throw;
        }

        return multiplexer;
    }

    /// <summary>Returns the database of the connection string.</summary>
    public IDatabase GetDatabase(int db = -1, object? asyncState = null) => db == -1 && asyncState is null
        ? new RedisDatabase(this)
        : throw new NotSupportedException("Name the database in the connection string.");

    /// <summary>Closes the connection. Commands under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _stopped.CancelAsync();
            await _running;
            _stopped.Dispose();
        }
    }

    internal Task<RespReply> SendAsync(byte[] command, bool forget)
    {
        var connection = _connection;
        return connection?.SendAsync(command, forget) ?? (forget
            ? Task.FromResult(RespReply.Null)
            : Task.FromException<RespReply>(new RedisConnectionException(ConnectionFailureType.UnableToConnect, "There is no connection to the server.")));
    }

    private async Task RunAsync()
    {
        var (pause, failed) = (FirstPause, false);
        while (!_stopped.IsCancellationRequested)
        {
            RedisConnectionException failure;
            try
            {
                await using var connection = await RedisConnection.OpenAsync(_options, _stopped.Token);
                pause = FirstPause;
                _connection = connection;
                _first.TrySetResult();
                if (failed)
                {
                    ConnectionRestored?.Invoke(this, new ConnectionFailedEventArgs(_options.EndPoints[0], ConnectionFailureType.None, null));
                }

                failure = await connection.RunAsync(_stopped.Token);
            }
            catch (RedisConnectionException exception)
            {
                failure = exception;
            }
            finally
            {
                _connection = null;
            }

            failed = true;
            _first.TrySetException(failure);
            if (!_stopped.IsCancellationRequested)
            {
                ConnectionFailed?.Invoke(this, new ConnectionFailedEventArgs(_options.EndPoints[0], failure.FailureType, failure));
                await Task.Delay(pause, _stopped.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, MaxPause.Ticks));
            }
        }
    }
}
