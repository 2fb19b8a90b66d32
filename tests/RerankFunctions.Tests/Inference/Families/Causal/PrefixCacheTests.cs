using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Families.Causal;

/// <summary>Prefixes that jobs share. The model has about 120 kB of keys and values for each.</summary>
public sealed class PrefixCacheTests
{
    private const string Past = "qwen3-past-tiny";
    private const float Tolerance = 5e-5f;

    private static readonly string[] Documents = ["At the north pier.", "", "The library closes at six, but on Fridays it stays open until nine.", "ferry"];

    [Fact]
    public void Jobs_with_the_same_query_compute_their_prefix_once()
    {
        using var family = Load(ModelOptions.DefaultPrefixCacheBytes);
        Score(family, Request("Where does the ferry stop?"), rows: 2);
        Score(family, Request("Where does the ferry stop?", "6 o'clock", "7 o'clock"), rows: 2);
        Assert.Equal(1, family.Prefixes.Misses);
        Score(family, Request("When does the library close?"), rows: 4);
        Assert.Equal(2, family.Prefixes.Misses);
    }

    [Fact]
    public void A_single_pair_needs_only_the_instruction()
    {
        using var family = Load(ModelOptions.DefaultPrefixCacheBytes);
        var before = family.Prefixes.Bytes;
        Score(family, Request("Where does the ferry stop?", "At the north pier."), rows: 1);
        Assert.Equal(0, family.Prefixes.Misses);
        Assert.Equal(before, family.Prefixes.Bytes);
        Assert.True(before > 0);
    }

    [Fact]
    public void What_was_not_used_for_longest_is_freed_and_scores_stay_the_same()
    {
        string[] queries = ["Where does the ferry stop?", "When does the library close?", "Where does the market begin?"];
        using var plain = CausalModels.Load(TestModel.Own(Past), CausalModels.None);
        var expected = Array.ConvertAll(queries, query => Score(plain, Request(query), rows: 1));
        long maxBytes;
        using (var unbounded = Load(ModelOptions.DefaultPrefixCacheBytes))
        {
            Score(unbounded, Request(queries[0]), rows: 4);
            Score(unbounded, Request(queries[1]), rows: 4);
            maxBytes = unbounded.Prefixes.Bytes + 10_000;
        }

        // Room for two: the third query takes the place of the second, since the first was used after it.
        using var family = Load(maxBytes);
        var misses = new List<long>();
        foreach (var query in (int[])[0, 1, 0, 2, 0, 1])
        {
            AssertSame(expected[query], Score(family, Request(queries[query]), rows: 3));
            Assert.InRange(family.Prefixes.Bytes, 1, maxBytes);
            misses.Add(family.Prefixes.Misses);
        }

        Assert.Equal([1, 2, 2, 3, 3, 4], misses);
    }

    [Fact]
    public void A_prefix_above_the_maximum_serves_its_job_and_is_freed_by_the_next()
    {
        using var plain = CausalModels.Load(TestModel.Own(Past), CausalModels.None);
        using var family = Load(maxBytes: 0);
        var instruction = family.Prefixes.Bytes;
        var request = Request("Where does the ferry stop?");
        AssertSame(Score(plain, request, rows: 1), Score(family, request, rows: 1));
        Assert.Equal(1, family.Prefixes.Misses);
        Assert.True(family.Prefixes.Bytes > instruction);
        Score(family, Request("When does the library close?", "At six."), rows: 1);
        Assert.Equal(instruction, family.Prefixes.Bytes);
    }

    [Fact]
    public void A_prefix_is_computed_from_the_longest_start_that_is_known()
    {
        using var plain = CausalModels.Load(TestModel.Own(Past), CausalModels.None);
        using var family = Load(ModelOptions.DefaultPrefixCacheBytes);
        var title = string.Join(' ', Enumerable.Repeat("The ferry stops at the pier.", 60));
        var longer = Request("Where does the ferry stop?", $"{title} One.", $"{title} Two is more.");
        Score(family, Request("Where does the ferry stop?"), rows: 4);
        using var shorter = family.Encode(Request("Where does the ferry stop?"), CancellationToken.None);
        using var job = family.Encode(longer, CancellationToken.None);
        Assert.True(shorter.Prefix.IsStartOf(job.Prefix));
        Assert.True(job.Prefix.Length > shorter.Prefix.Length + 256);
        AssertSame(Score(plain, longer, rows: 1), Score(family, longer, rows: 2));
        Assert.Equal(2, family.Prefixes.Misses);
    }

    [Fact]
    public void A_job_leaves_its_prefix_to_the_cache_and_the_model_frees_it()
    {
        var family = Load(ModelOptions.DefaultPrefixCacheBytes);
        Score(family, Request("Where does the ferry stop?"), rows: 4);
        Assert.True(family.Prefixes.Bytes > 0);
        family.Dispose();
        Assert.Equal(0, family.Prefixes.Bytes);
    }

    [SharedTheory]
    [InlineData("fp32", Tolerance)]
    [InlineData("fp16", 2e-3f)]
    public void Scores_do_not_depend_on_what_the_cache_holds(string dtype, float tolerance)
    {
        var context = CausalModels.Context(TestModel.Shared(Past), dtype);
        using var family = CausalFamily.Load(context);
        using var forgetful = CausalFamily.Load(context with { PrefixCacheBytes = 0 });
        foreach (var query in (string[])["Where does the ferry stop?", "When does it close?", "Where does the ferry stop?"])
        {
            using var apart = family.EncodeApart(Request(query));
            var expected = CausalModels.Score(family, apart, rows: 1);
            AssertSame(expected, Score(family, Request(query), rows: 3), tolerance);
            AssertSame(expected, Score(forgetful, Request(query), rows: 3), tolerance);
        }

        Assert.Equal(2, family.Prefixes.Misses);
        Assert.Equal(3, forgetful.Prefixes.Misses);
    }

    private static ScoringRequest Request(string query, params string[] documents) => new(query, documents.Length == 0 ? Documents : documents);

    private static CausalFamily Load(long maxBytes) => CausalFamily.Load(CausalModels.Context(TestModel.Own(Past)) with { PrefixCacheBytes = maxBytes });

    private static float[] Score(CausalFamily family, ScoringRequest request, int rows)
    {
        using var job = family.Encode(request, CancellationToken.None);
        return CausalModels.Score(family, job, rows);
    }

    private static void AssertSame(float[] expected, float[] actual, float tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
