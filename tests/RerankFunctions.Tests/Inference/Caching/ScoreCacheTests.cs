using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using static RerankFunctions.Tests.Inference.Caching.CachingSettings;

namespace RerankFunctions.Tests.Inference.Caching;

public sealed class ScoreCacheTests
{
    private const int SetBytes = 192;

    [Fact]
    public void A_score_is_found_with_all_its_facts()
    {
        var cache = Create(1 << 20);
        CachedScore[] scores =
        [
            new(-1.5f, 0, false, false), new(0, 1, true, false), new(float.MaxValue, 512, false, true), new(float.Epsilon, CachedScore.MaxTokens, true, true),
        ];
        for (var i = 0; i < scores.Length; i++)
        {
            cache.Set(Key(i), scores[i]);
        }

        Assert.All(scores.Index(), score => Assert.True(cache.TryGet(Key(score.Index), out var found) && found == score.Item));
        Assert.False(cache.TryGet(Key(scores.Length), out _));
        Assert.False(cache.TryGet(default, out _));
    }

    [Fact]
    public void A_later_score_of_a_pair_replaces_the_earlier()
    {
        var cache = Create(SetBytes);
        cache.Set(Key(1), Score(1));
        cache.Set(Key(2), Score(2));
        cache.Set(Key(1), Score(3));

        Assert.True(cache.TryGet(Key(1), out var found));
        Assert.Equal(Score(3), found);
        Assert.True(cache.TryGet(Key(2), out _));
    }

    [Fact]
    public void An_empty_cache_takes_no_memory_and_a_full_one_keeps_its_bound()
    {
        const int Bound = 3 << 20;
        var cache = Create(Bound);
        Assert.Equal(0, cache.AllocatedBytes);

        for (var i = 0; i < 500; i++)
        {
            cache.Set(Key(i), Score(i));
        }

        Assert.InRange(cache.AllocatedBytes, 500 * 24, 500 * 24 * 10);
        for (var i = 0; i < 500_000; i++)
        {
            cache.Set(Key(i), Score(i));
        }

        Assert.InRange(cache.AllocatedBytes, (long)(Bound * 0.999), Bound);
        Assert.InRange(Enumerable.Range(0, 500_000).Count(i => cache.TryGet(Key(i), out _)), (int)(Bound / 24 * 0.98), Bound / 24);
    }

    [Fact]
    public void Scores_are_kept_while_the_table_grows()
    {
        var cache = Create(1 << 20);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Set(Key(i), Score(i));
        }

        Assert.All(Enumerable.Range(0, 10_000), i => Assert.True(cache.TryGet(Key(i), out var found) && found == Score(i)));
    }

    [Fact]
    public void The_least_recently_used_score_makes_room()
    {
        var cache = Create(SetBytes);
        for (var i = 0; i < 8; i++)
        {
            cache.Set(Key(i), Score(i));
        }

        Assert.True(cache.TryGet(Key(0), out _));
        cache.Set(Key(8), Score(8));

        Assert.True(cache.TryGet(Key(0), out _));
        Assert.False(cache.TryGet(Key(1), out _));
        Assert.All([2, 3, 4, 5, 6, 7, 8], i => Assert.True(cache.TryGet(Key(i), out _)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(SetBytes - 1)]
    public void A_cache_without_room_for_a_set_holds_nothing(long bytes)
    {
        var cache = Create(bytes);
        cache.Set(Key(1), Score(1));

        Assert.False(cache.TryGet(Key(1), out _));
        Assert.Equal(0, cache.AllocatedBytes);
    }

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(float.PositiveInfinity, 1)]
    [InlineData(1, -1)]
    [InlineData(1, CachedScore.MaxTokens + 1)]
    public void A_score_that_is_not_valid_is_refused(float logit, int tokens) =>
        Assert.Throws<ArgumentException>(() => Create(1 << 20).Set(Key(1), new CachedScore(logit, tokens, false, false)));

    [Fact]
    public void Neither_a_hit_nor_a_miss_nor_a_replacement_allocates()
    {
        var cache = Create(SetBytes);
        for (var i = 0; i < 20; i++)
        {
            cache.Set(Key(i), Score(i));
            cache.TryGet(Key(i), out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            cache.Set(Key(i), Score(i));
            cache.TryGet(Key(i), out _);
            cache.TryGet(Key(i + 1), out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Threads_never_find_the_score_of_another_pair()
    {
        var cache = Create(100 * SetBytes);
        var wrong = 0;
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 20_000; i++)
            {
                var number = random.Next(2_000);
                if (cache.TryGet(Key(number), out var found) && found != Score(number))
                {
                    Interlocked.Increment(ref wrong);
                }

                cache.Set(Key(number), Score(number));
            }
        });

        Assert.Equal(0, wrong);
        Assert.InRange(cache.AllocatedBytes, 1, 100 * SetBytes);
    }

    private static ScoreCache Create(long bytes) => new(Options.Create(new CacheOptions { CacheBytes = bytes }));
}
