using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace RerankFunctions.Inference.Caching;

/// <summary>A bounded queue of scores and the loop that stores them in batches. What does not fit, or cannot be stored, is dropped.</summary>
internal sealed partial class RedisWriter : IAsyncDisposable
{
    private const int Capacity = 16_384;
    private const int MaxBatch = 256;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly Channel<(PairKey Key, CachedScore Score)> _waiting = Channel.CreateBounded<(PairKey, CachedScore)>(Capacity);

    private readonly Func<IReadOnlyList<(PairKey Key, CachedScore Score)>, Task> _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _writing;
    private bool _isRefused;

    /// <summary>Starts the loop.</summary>
    /// <param name="store">Stores a batch.</param>
    /// <param name="time">The clock of the time-out of a batch.</param>
    /// <param name="logger">Receives when Redis begins to refuse scores.</param>
    public RedisWriter(Func<IReadOnlyList<(PairKey Key, CachedScore Score)>, Task> store, TimeProvider time, ILogger logger)
    {
        _store = store;
        _time = time;
        _logger = logger;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Queues a score unless the queue is full.</summary>
    public void Add(PairKey key, CachedScore score) => _waiting.Writer.TryWrite((key, score));

    /// <summary>Drops what is queued and ends the loop: a shutdown does not wait for a cache.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _waiting.Writer.TryComplete();
        await _writing;
        _stopped.Dispose();
    }

    private async Task WriteAsync()
    {
        var batch = new List<(PairKey Key, CachedScore Score)>(MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync() && !_stopped.IsCancellationRequested)
        {
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var score))
            {
                batch.Add(score);
            }

            await StoreAsync(batch);
            batch.Clear();
        }
    }

    private async Task StoreAsync(List<(PairKey Key, CachedScore Score)> batch)
    {
        try
        {
            await _store([.. batch]).WaitAsync(Timeout, _time, _stopped.Token);
            _isRefused = false;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            // Lookups notice a Redis that is lost. One that only refuses to store, because it is full or read-only, is noticed here.
            if (exception is RedisServerException && !_isRefused)
            {
                _isRefused = true;
                LogRefused(_logger);
            }
        }
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Redis refuses to store scores: it is full, read-only, or forbids SET to this user.")]
    private static partial void LogRefused(ILogger logger);
}
