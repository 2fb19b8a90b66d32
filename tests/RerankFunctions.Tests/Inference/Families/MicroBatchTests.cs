using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Tests.Inference.Families;

/// <summary>Micro-batches of every family, with pairs of several jobs and with two of them in use at once.</summary>
public sealed class MicroBatchTests
{
    private const float Tolerance = 5e-5f;
    private const string CausalYesNo = "qwen3-past-tiny";

    private static readonly ScoringRequest Ferry = new(
        "Where does the ferry stop?", ["At the north pier.", "", "The library closes at six, but on Fridays it stays open until nine."]);
    private static readonly ScoringRequest Other = new(
        "When does the library close?", ["At six.", "The ferry stops at the north pier, behind the market and the old town."]);

    [Theory]
    [InlineData("bert-tiny")]
    [InlineData("modernbert-tiny")]
    [InlineData("qwen3-seqcls-tiny")]
    public void Pairs_of_several_jobs_score_as_each_does_alone(string model)
    {
        using var family = TestModel.Load(TestModel.Own(model), "fp32");
        using var ferry = family.Encode(Ferry, CancellationToken.None);
        using var other = family.Encode(Other, CancellationToken.None);

        AssertScoresAlone(family, [new(ferry, 2), new(other, 0), new(ferry, 0), new(other, 1), new(ferry, 1)]);
    }

    [Fact]
    public void Jobs_with_the_same_prefix_share_a_run()
    {
        using var family = TestModel.Load(TestModel.Own(CausalYesNo), "fp32");
        using var ferry = family.Encode(Ferry, CancellationToken.None);
        using var again = family.Encode(Ferry with { Documents = ["The ferry stops at the pier.", "No."] }, CancellationToken.None);

        Assert.Equal(ferry.Prefix, again.Prefix);
        AssertScoresAlone(family, [new(ferry, 0), new(again, 0), new(ferry, 2), new(again, 1)]);
    }

    [Fact]
    public void Jobs_that_share_only_the_instruction_share_a_run()
    {
        using var family = TestModel.Load(TestModel.Own(CausalYesNo), "fp32");
        using var ferry = family.Encode(Ferry with { Documents = ["At the north pier."] }, CancellationToken.None);
        using var other = family.Encode(Other with { Documents = ["At six."] }, CancellationToken.None);

        Assert.True(ferry.Prefix.Length > 0);
        AssertScoresAlone(family, [new(ferry, 0), new(other, 0)]);
    }

    [Fact]
    public void Pairs_with_different_prefixes_are_refused()
    {
        using var family = TestModel.Load(TestModel.Own(CausalYesNo), "fp32");
        using var ferry = family.Encode(Ferry, CancellationToken.None);
        using var other = family.Encode(Other, CancellationToken.None);
        var batch = family.CreateMicroBatch();

        Assert.Throws<ArgumentException>(() => batch.Prepare([new(ferry, 0), new(other, 0)]));
        Assert.Throws<ArgumentException>(() => batch.Prepare([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Run([]));
    }

    [Theory]
    [InlineData("bert-tiny")]
    [InlineData(CausalYesNo)]
    public async Task One_micro_batch_is_prepared_while_another_runs(string model)
    {
        using var family = TestModel.Load(TestModel.Own(model), "fp32");
        using var ferry = family.Encode(Ferry, CancellationToken.None);
        using var other = family.Encode(Other, CancellationToken.None);
        EncodedPair[][] batches = [[new(ferry, 0), new(ferry, 2)], [new(other, 1), new(other, 0)], [new(ferry, 1)]];
        var expected = Array.ConvertAll(batches, pairs => TestModel.Score(family, pairs));
        var (running, next) = (family.CreateMicroBatch(), family.CreateMicroBatch());
        running.Prepare(batches[0]);
        for (var round = 0; round < 60; round++)
        {
            var (runner, logits) = (running, new float[running.Count]);
            var run = Task.Run(() => runner.Run(logits));
            next.Prepare(batches[(round + 1) % batches.Length]);
            await run;
            Assert.Equal(expected[round % batches.Length], logits);
            (running, next) = (next, running);
        }
    }

    private static void AssertScoresAlone(IModelFamily family, EncodedPair[] pairs)
    {
        var together = TestModel.Score(family, pairs);
        foreach (var (pair, logit) in pairs.Zip(together))
        {
            Assert.Equal(TestModel.Score(family, pair)[0], logit, Tolerance);
        }
    }
}
