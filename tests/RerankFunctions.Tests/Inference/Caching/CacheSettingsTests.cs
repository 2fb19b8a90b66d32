using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Caching;

namespace RerankFunctions.Tests.Inference.Caching;

public sealed class CacheSettingsTests
{
    private const string Key = "0123456789abcdef";

    [Theory]
    [InlineData("localhost", null, null, null, "Rerank:CacheKey must be set if Rerank:CacheRedis is set")]
    [InlineData("localhost", "0123456789abcde", null, null, "Rerank:CacheKey must have at least 16 characters.")]
    [InlineData(null, "", null, null, "Rerank:CacheKey must have at least 16 characters.")]
    [InlineData("", Key, null, null, "Rerank:CacheRedis must be a connection string")]
    [InlineData("password=hidden", Key, null, null, "Rerank:CacheRedis must be a connection string")]
    [InlineData("localhost,hidden=hidden", Key, null, null, "Rerank:CacheRedis must be a connection string")]
    [InlineData("localhost,ssl=hidden", Key, null, null, "Rerank:CacheRedis must be a connection string")]
    [InlineData("localhost:hidden", Key, null, null, "Rerank:CacheRedis must be a connection string")]
    [InlineData(null, null, "00:00:00", null, "Rerank:CacheRedisTimeout must be from 00:00:00.0010000 to 00:00:01.")]
    [InlineData(null, null, "00:00:01.1", null, "Rerank:CacheRedisTimeout must be from")]
    [InlineData(null, null, "hidden", null, "Rerank:CacheRedisTimeout has a wrong value")]
    [InlineData(null, null, null, "00:00:00.5", "Rerank:CacheLifetime must be from 00:00:01 to 365.00:00:00.")]
    [InlineData(null, null, null, "366.00:00:00", "Rerank:CacheLifetime must be from")]
    public async Task A_wrong_setting_is_told_without_a_secret(string? redis, string? key, string? timeout, string? lifetime, string message)
    {
        await using var services = Services(redis, key, timeout, lifetime);

        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate()).Failures);

        Assert.StartsWith(message, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, Key)]
    [InlineData("localhost", Key)]
    [InlineData("10.0.0.1:6380,user=u,password=p=,ssl=true,sslHost=h,abortConnect=false,connectTimeout=100,asyncTimeout=50", Key)]
    public async Task Right_settings_are_valid_and_only_an_address_shares_scores(string? redis, string? key)
    {
        await using var services = Services(redis, key, null, null);
        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal(redis is null ? typeof(NoSharedScores) : typeof(RedisScores), services.GetRequiredService<ISharedScores>().GetType());
        Assert.NotNull(services.GetRequiredService<ScoreCache>());
        Assert.NotNull(services.GetRequiredService<PairHasher>());
    }

    [Fact]
    public async Task Without_shared_scores_nothing_is_found()
    {
        await using var scores = new NoSharedScores();
        var found = new CachedScore?[] { CachingSettings.Score(1) };
        scores.Set([CachingSettings.Key(1)], [CachingSettings.Score(1)]);

        Assert.Equal(0, await scores.GetAsync(new[] { CachingSettings.Key(1) }, found, default));
        Assert.Null(found[0]);
    }

    private static ServiceProvider Services(string? redis, string? key, string? timeout, string? lifetime)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Rerank:CacheRedis"] = redis,
                ["Rerank:CacheKey"] = key,
                ["Rerank:CacheRedisTimeout"] = timeout,
                ["Rerank:CacheLifetime"] = lifetime,
            })
            .Build();
        return new ServiceCollection().AddLogging().AddReranker(configuration).BuildServiceProvider();
    }
}
