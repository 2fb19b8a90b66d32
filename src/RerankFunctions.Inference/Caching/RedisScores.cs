using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using StackExchange.Redis;

namespace RerankFunctions.Inference.Caching;

/// <summary>Scores shared through Redis. Redis holds keyed hashes, scores and counts; nothing of a text, a query or a user can be read from them.</summary>
internal sealed partial class RedisScores : ISharedScores
{
    // Keeps a request of ten thousand documents from being one command, which would hold up those of others.
    private const int MaxKeys = 1_000;

    private readonly SharedCacheOptions _options;
    private readonly ScoreFormat _format;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CircuitBreaker _breaker;
    private readonly RedisConnector _connector;
    private readonly RedisWriter _writer;

    /// <summary>Creates the scores; nothing is connected yet.</summary>
    /// <param name="options">The settings; the connection string is there.</param>
    /// <param name="format">The form of values.</param>
    /// <param name="time">The clock of time-outs and pauses.</param>
    /// <param name="logger">Receives when Redis is lost and when it is back, which lookups find out.</param>
    /// <param name="writerLogger">Receives what the loop that writes finds out, outside of any request.</param>
    public RedisScores(
        IOptions<SharedCacheOptions> options, ScoreFormat format, TimeProvider time, ILogger<RedisScores> logger, ILogger<RedisWriter> writerLogger)
    {
        _options = options.Value;
        _format = format;
        _time = time;
        _logger = logger;
        _breaker = new CircuitBreaker(time);
        _connector = new RedisConnector(options, _breaker.TryNow);
        _writer = new RedisWriter(StoreAsync, time, writerLogger);
    }

    /// <inheritdoc/>
    public async ValueTask<int> GetAsync(ReadOnlyMemory<PairKey> keys, Memory<CachedScore?> scores, CancellationToken cancellationToken)
    {
        scores.Span.Clear();
        if (keys.IsEmpty || !_breaker.TryEnter())
        {
            return 0;
        }

        try
        {
            if (_connector.FindDatabase() is not { } database)
            {
                return 0;
            }

            var values = await LookUpAsync(database, keys).WaitAsync(_options.CacheRedisTimeout, _time, cancellationToken);
            if (_breaker.Succeed())
            {
                LogBack(_logger);
            }

            return Read(keys.Span, values, scores.Span);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            if (_breaker.Fail())
            {
                LogLost(_logger, ReasonOf(exception));
            }

            return 0;
        }
    }

    /// <inheritdoc/>
    public void Set(ReadOnlySpan<PairKey> keys, ReadOnlySpan<CachedScore> scores)
    {
        for (var i = 0; i < keys.Length && !_breaker.IsOpen; i++)
        {
            _writer.Add(keys[i], scores[i]);
        }
    }

    /// <summary>Drops what is not written yet and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _connector.DisposeAsync();
    }

    // No text of an exception: the library's may name servers and users.
    internal static string ReasonOf(Exception exception) =>
        exception is RedisConnectionException failure ? $"{exception.GetType().Name}, {failure.FailureType}" : exception.GetType().Name;

    private static RedisKey KeyOf(PairKey key)
    {
        var bytes = new byte["rerank:"u8.Length + Unsafe.SizeOf<UInt128>()];
        "rerank:"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan("rerank:"u8.Length), key.Value);
        return bytes;
    }

    private static async Task<RedisValue[][]> LookUpAsync(IDatabase database, ReadOnlyMemory<PairKey> keys)
    {
        var lookups = new Task<RedisValue[]>[(keys.Length + MaxKeys - 1) / MaxKeys];
        for (var i = 0; i < lookups.Length; i++)
        {
            var part = keys.Span.Slice(i * MaxKeys, Math.Min(MaxKeys, keys.Length - (i * MaxKeys)));
            var names = new RedisKey[part.Length];
            for (var j = 0; j < names.Length; j++)
            {
                names[j] = KeyOf(part[j]);
            }

            lookups[i] = database.StringGetAsync(names);
        }

        var values = await Task.WhenAll(lookups);
        return values.Sum(part => part.Length) == keys.Length ? values : throw new RedisException("Redis gave another number of values than asked for.");
    }

    private int Read(ReadOnlySpan<PairKey> keys, RedisValue[][] values, Span<CachedScore?> scores)
    {
        var found = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            scores[i] = (byte[]?)values[i / MaxKeys][i % MaxKeys] is { } value ? _format.Read(keys[i], value) : null;
            found += scores[i] is null ? 0 : 1;
        }

        return found;
    }

    private async Task StoreAsync(IReadOnlyList<(PairKey Key, CachedScore Score)> batch)
    {
        if (_breaker.IsOpen || _connector.FindDatabase() is not { } database)
        {
            return;
        }

        // Redis answers in order: the last answer says that all are done.
        for (var i = 0; i < batch.Count; i++)
        {
            var (key, score) = batch[i];
            var flags = i < batch.Count - 1 ? CommandFlags.FireAndForget : CommandFlags.None;
            await database.StringSetAsync(KeyOf(key), _format.Write(key, score), _options.CacheLifetime, When.Always, flags);
        }
    }

    [LoggerMessage(
        EventId = 1, Level = LogLevel.Warning, Message = "Redis is lost ({Reason}). Scores are not shared until it is back; nothing else is affected.")]
    private static partial void LogLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Redis is back. Scores are shared again.")]
    private static partial void LogBack(ILogger logger);
}
