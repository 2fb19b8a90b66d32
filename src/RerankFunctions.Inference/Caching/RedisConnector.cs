using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using StackExchange.Redis;

namespace RerankFunctions.Inference.Caching;

/// <summary>The connection to Redis. The first use opens it in the background; the library opens it again when it breaks.</summary>
/// <param name="options">The connection string.</param>
/// <param name="restored">Called when the connection is back.</param>
internal sealed class RedisConnector(IOptions<SharedCacheOptions> options, Action restored) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private bool _isDisposed;

    /// <summary>Returns the database, or null while the first try to connect is under way.</summary>
    /// <exception cref="RedisException">That try failed; the next call starts another.</exception>
    public IDatabase? FindDatabase()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return null;
            }

            var connecting = _connecting ??= Task.Run(ConnectAsync);
            if (!connecting.IsCompleted)
            {
                return null;
            }

            _connecting = connecting.IsCompletedSuccessfully ? connecting : null;
            return connecting.GetAwaiter().GetResult().GetDatabase();
        }
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? connecting;
        lock (_lock)
        {
            _isDisposed = true;
            connecting = _connecting;
        }

        if (connecting is not null)
        {
            await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (connecting.IsCompletedSuccessfully)
            {
                await (await connecting).DisposeAsync();
            }
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var configuration = ConfigurationOptions.Parse(options.Value.CacheRedis!);
        configuration.AbortOnConnectFail = false;

        // A lookup that waits for a connection would be too late.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
        multiplexer.ConnectionRestored += (_, _) => restored();
        return multiplexer;
    }
}
