using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;

namespace RerankFunctions.Tests.Inference.Caching;

/// <summary>Secrets, keys and scores of tests.</summary>
internal static class CachingSettings
{
    public static CacheSecret Secret(string? key = "a secret of the tests") => new(Options.Create(new SharedCacheOptions { CacheKey = key }));

    public static PairKey Key(int number) => new(new UInt128((ulong)number * 0x9E3779B97F4A7C15, ((ulong)number + 1) * 0xBF58476D1CE4E5B9));

    public static CachedScore Score(int number) => new(number + 0.5f, number, number % 2 == 0, number % 3 == 0);
}
