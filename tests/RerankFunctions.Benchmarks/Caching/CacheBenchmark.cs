using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;

namespace RerankFunctions.Benchmarks.Caching;

/// <summary>
/// What a known score costs: hashing its pair and finding it, by length of the document; and the bytes that a score takes. Times are means of
/// processor time in the best of ten repeats, so that a busy machine disturbs them little.
/// </summary>
internal static class CacheBenchmark
{
    private const int Documents = 100;
    private static readonly int[] Lengths = [100, 1_000, 10_000, 100_000];

    public static int Run()
    {
        var cache = new ScoreCache(Options.Create(new CacheOptions()));
        var hasher = new PairHasher(new CacheSecret(Options.Create(new SharedCacheOptions())));
        Console.WriteLine("| characters | hash ns | hit ns | hash and hit ns |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var length in Lengths)
        {
            var request = new ScoringRequest("How do I reset my password?", [.. Enumerable.Range(0, Documents).Select(i => $"{i} ".PadRight(length, 'x'))]);
            var pairs = hasher.ForRequest("01234567890123456789", request);
            var keys = new PairKey[Documents];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = pairs.KeyOf(i);
                cache.Set(keys[i], new CachedScore(i, 100, false, false));
            }

            var rounds = Math.Clamp(20_000_000 / length / Documents, 2, 200);
            var hash = Measure(rounds, i => pairs.KeyOf(i).Value != UInt128.Zero);
            var hit = Measure(rounds, i => cache.TryGet(keys[i], out _));
            var both = Measure(rounds, i => cache.TryGet(pairs.KeyOf(i), out _));
            Console.WriteLine(FormattableString.Invariant($"| {length:N0} | {hash:F0} | {hit:F0} | {both:F0} |"));
        }

        Fill();
        return 0;
    }

    private static double Measure(int rounds, Func<int, bool> step)
    {
        var best = double.MaxValue;
        for (var repeat = 0; repeat < 10; repeat++)
        {
            var began = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < rounds * Documents; i++)
            {
                if (!step(i % Documents))
                {
                    throw new InvalidOperationException("A score was not found.");
                }
            }

            best = Math.Min(best, (Environment.CpuUsage.TotalTime - began).TotalNanoseconds / (rounds * Documents));
        }

        return best;
    }

    private static void Fill()
    {
        var cache = new ScoreCache(Options.Create(new CacheOptions()));
        var random = new Random(1);
        Console.WriteLine();
        Console.WriteLine("| scores set | ns for each | still there | MiB | bytes a score |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        var keys = new List<PairKey>();
        foreach (var count in new[] { 0, 1_000, 100_000, 1_000_000, 2_000_000, 4_000_000 })
        {
            var first = keys.Count;
            while (keys.Count < count)
            {
                keys.Add(new PairKey(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64() << 1)));
            }

            var began = Environment.CpuUsage.TotalTime;
            for (var i = first; i < count; i++)
            {
                cache.Set(keys[i], new CachedScore(i, 100, false, false));
            }

            var each = (Environment.CpuUsage.TotalTime - began).TotalNanoseconds / Math.Max(1, count - first);
            var there = keys.Count(key => cache.TryGet(key, out _));
            var bytes = cache.AllocatedBytes;
            Console.WriteLine(FormattableString.Invariant(
                $"| {count:N0} | {each:F0} | {there:N0} | {bytes / 1048576.0:F1} | {(there == 0 ? 0 : (double)bytes / there):F0} |"));
        }
    }
}
