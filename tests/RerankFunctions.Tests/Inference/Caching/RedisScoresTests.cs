using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Tests.ModelSources;
using RerankFunctions.Tests.Support;
using static RerankFunctions.Tests.Inference.Caching.CachingSettings;

namespace RerankFunctions.Tests.Inference.Caching;

public sealed class RedisScoresTests : IDisposable
{
    private readonly LogRecord _log = new();
    private readonly LoggerFactory _loggers;

    public RedisScoresTests() => _loggers = new LoggerFactory([_log]);

    public static TheoryData<string> Rubbish => new()
    {
        "hello\r\n", "\r\n", "+OK\r\n", ":2\r\n", "-ERR no\r\n", "*-1\r\n", "*1\r\n$-1\r\n", "*3\r\n$-1\r\n$-1\r\n$-1\r\n", "*2\r\n:1\r\n:2\r\n",
        "*2\r\n$3\r\nabc\r\n$0\r\n\r\n", "*2\r\n$3\r\nabcde\r\n", "*2\r\n$-2\r\n",
        "*99999999999\r\n", "$99999999999\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
    };

    public void Dispose()
    {
        _loggers.Dispose();
        _log.Dispose();
    }

    [RedisFact]
    public async Task Processes_with_the_same_secret_share_scores_until_their_lifetime_ends()
    {
        using var server = await RedisServer.StartAsync();
        await using var writer = Create(Address(server));
        await using var reader = Create(Address(server));
        await using var stranger = Create(Address(server), key: "another secret of theirs");
        await StoreAsync(writer, 1, 2);

        Assert.Equal([Score(1), null, Score(2)], await FindAsync(reader, 2, 1, 3, 2));
        await StoreAsync(stranger, 4);
        Assert.Equal([null, null], await LookUpAsync(stranger, 1, 2));
        Assert.Equal(":3", await server.AskAsync("DBSIZE"));
        var lifetime = await server.AskAsync("EVAL \"return redis.call('TTL', redis.call('RANDOMKEY'))\" 0");
        Assert.InRange(int.Parse(lifetime[1..], null), 3_000, 3_600);
        Assert.Empty(_log.Lines);
    }

    [RedisFact]
    public async Task A_request_of_thousands_of_documents_is_looked_up_whole()
    {
        using var server = await RedisServer.StartAsync();
        await using var scores = Create(Address(server));
        int[] numbers = [.. Enumerable.Range(0, 2_500)];
        await StoreAsync(scores, numbers);

        Assert.Equal(numbers.Select(number => (CachedScore?)Score(number)), await FindAsync(scores, numbers.Length, numbers));
    }

    [RedisFact]
    public async Task A_server_that_dies_gives_no_hits_and_one_that_comes_back_gives_hits_again()
    {
        using var server = await RedisServer.StartAsync();
        await using var scores = Create(Address(server));
        await StoreAsync(scores, 1);
        await FindAsync(scores, 1, 1);

        server.Kill();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal([null], await LookUpAsync(scores, 1));
            scores.Set([Key(1)], [Score(1)]);
        }

        var lost = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, lost.Level);
        Assert.Contains("Redis is lost (RedisConnectionException", lost.Message, StringComparison.Ordinal);

        await server.RestartAsync();
        await StoreAsync(scores, 1);
        Assert.Equal([Score(1)], await FindAsync(scores, 1, 1));
        Assert.Equal("Redis is back. Scores are shared again.", _log.Lines.Last().Message);
        Assert.Equal(2, _log.Lines.Count);
    }

    [RedisFact]
    public async Task A_server_that_was_not_there_at_first_is_used_when_it_comes()
    {
        using var server = await RedisServer.StartAsync();
        server.Kill();
        await using var scores = Create(Address(server));
        await Deadline.UntilAsync(async () => (await LookUpAsync(scores, 1))[0] is null && !_log.Lines.IsEmpty);

        await server.RestartAsync();
        await StoreAsync(scores, 1);

        Assert.Equal([Score(1)], await FindAsync(scores, 1, 1));
    }

    [RedisFact]
    public async Task A_password_opens_the_server_and_is_in_no_log()
    {
        using var server = await RedisServer.StartAsync("--requirepass", "pass=word");
        await using var scores = Create($"{Address(server)},password=pass=word,name=tests,defaultDatabase=2");
        await using var refused = Create($"{Address(server)},password=wrong=word");
        await StoreAsync(scores, 1);
        Assert.Equal([Score(1)], await FindAsync(scores, 1, 1));

        await Deadline.UntilAsync(async () => (await LookUpAsync(refused, 1))[0] is null && !_log.Lines.IsEmpty);
        Assert.DoesNotContain("word", Assert.Single(_log.Lines).Message, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task A_server_that_refuses_to_store_is_told_once_and_lookups_go_on()
    {
        using var server = await RedisServer.StartAsync("--maxmemory", "1", "--maxmemory-policy", "noeviction");
        await using var scores = Create(Address(server));
        await Deadline.UntilAsync(async () =>
        {
            scores.Set([Key(1)], [Score(1)]);
            return (await LookUpAsync(scores, 1))[0] is null && !_log.Lines.IsEmpty;
        });

        Assert.StartsWith("Redis refuses to store scores", Assert.Single(_log.Lines).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_server_costs_the_time_out_and_after_three_times_nothing()
    {
        using var server = new RespTwin([]);
        var time = new FakeTime();
        await using var scores = Create(server.ConnectionString, time, TimeSpan.FromMilliseconds(20));
        var found = new CachedScore?[] { Score(9) };
        for (var i = 0; i < 3; i++)
        {
            var lookup = await StartAsync(scores, found, default);
            var began = time.GetUtcNow();
            Assert.True(time.FireNext());
            Assert.Equal(0, await lookup);
            Assert.Equal(TimeSpan.FromMilliseconds(20), time.GetUtcNow() - began);
            Assert.Null(found[0]);
        }

        var lookups = scores.GetAsync(new[] { Key(1) }, found, default);
        Assert.True(lookups.IsCompletedSuccessfully);
        Assert.Equal(0, await lookups);
        Assert.False(time.FireNext());
        Assert.Contains("TimeoutException", Assert.Single(_log.Lines).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_its_wait()
    {
        using var server = new RespTwin([]);
        await using var scores = Create(server.ConnectionString, new FakeTime());
        using var left = new CancellationTokenSource();
        var lookup = await StartAsync(scores, new CachedScore?[1], left.Token);

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup);
    }

    [Theory]
    [MemberData(nameof(Rubbish))]
    public async Task A_server_that_answers_rubbish_gives_no_hits(string answer)
    {
        using var server = new RespTwin(Encoding.ASCII.GetBytes(answer));
        await using var scores = Create(server.ConnectionString);

        await Deadline.UntilAsync(async () =>
        {
            Assert.Equal([null, null], await LookUpAsync(scores, 1, 2));
            return server.Lookups > 0;
        });
    }

    private static string Address(RedisServer server) => $"127.0.0.1:{server.Port}";

    private static async Task<CachedScore?[]> LookUpAsync(RedisScores scores, params int[] numbers)
    {
        var found = new CachedScore?[numbers.Length];
        var count = await scores.GetAsync(numbers.Select(Key).ToArray(), found, default);
        Assert.Equal(found.Count(score => score is not null), count);
        return found;
    }

    /// <summary>Looks up until a number of scores is there.</summary>
    private static async Task<CachedScore?[]> FindAsync(RedisScores scores, int count, params int[] numbers)
    {
        CachedScore?[] found = [];
        await Deadline.UntilAsync(async () => (found = await LookUpAsync(scores, numbers)).Count(score => score is not null) == count);
        return found;
    }

    /// <summary>Stores scores until they are there: what comes before the connection is dropped.</summary>
    private static async Task StoreAsync(RedisScores scores, params int[] numbers) => await Deadline.UntilAsync(async () =>
    {
        scores.Set(numbers.Select(Key).ToArray(), numbers.Select(Score).ToArray());
        return (await LookUpAsync(scores, numbers)).All(score => score is not null);
    });

    /// <summary>Starts a lookup that waits for the server: one before the connection ends at once.</summary>
    private static async Task<Task<int>> StartAsync(RedisScores scores, CachedScore?[] found, CancellationToken cancellationToken)
    {
        Task<int> lookup = Task.FromResult(0);
        await Deadline.UntilAsync(() =>
        {
            lookup = scores.GetAsync(new[] { Key(1) }, found, cancellationToken).AsTask();
            return Task.FromResult(!lookup.IsCompleted);
        });
        return lookup;
    }

    private RedisScores Create(string redis, TimeProvider? time = null, TimeSpan? timeout = null, string key = "a secret of the tests") => new(
        Options.Create(new SharedCacheOptions
        {
            CacheRedis = redis,
            CacheKey = key,
            CacheLifetime = TimeSpan.FromHours(1),
            CacheRedisTimeout = timeout ?? TimeSpan.FromSeconds(30),
        }),
        new ScoreFormat(Secret(key)),
        time ?? TimeProvider.System,
        _loggers.CreateLogger<RedisScores>(),
        _loggers.CreateLogger<RedisWriter>());
}
