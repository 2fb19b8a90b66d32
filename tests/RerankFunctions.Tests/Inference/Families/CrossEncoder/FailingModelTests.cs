using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families.CrossEncoder;
using RerankFunctions.Tests.Support;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Inference.Families.CrossEncoder;

/// <summary>Models that fail on some pairs: one gives NaN, the other's run ends in an error. Nothing but the job with such a pair fails.</summary>
public sealed class FailingModelTests
{
    [SharedTheory]
    [InlineData("bge-tiny-nan")]
    [InlineData("bge-tiny-short")]
    public async Task Only_jobs_with_a_pair_at_fault_fail(string model)
    {
        var folder = TestModel.Shared(model);
        var goldens = ModelGolden.Read(folder);
        var bad = goldens.First(golden => golden.Fails && golden.InputIds.Length < golden.MaxLength);
        var good = goldens.First(golden => !golden.Fails && golden.InputIds.Length < golden.MaxLength);
        await using var reranker = TestModel.Reranker(folder);
        var mixed = reranker.ScoreAsync(new ScoringRequest(bad.Query, ["fine", bad.Document]), null, default);
        var sound = reranker.ScoreAsync(new ScoringRequest(good.Query, [good.Document]), null, default);
        var error = await Assert.ThrowsAsync<ScoringException>(() => mixed);
        Assert.DoesNotContain("idx", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(good.Logit!.Value, Assert.Single((await sound).Logits), 1e-4f);

        // The session is as good as before.
        var again = await reranker.ScoreAsync(new ScoringRequest(good.Query, [good.Document]), null, default);
        Assert.Equal(good.Logit!.Value, Assert.Single(again.Logits), 1e-4f);
    }

    [SharedTheory]
    [InlineData("bge-tiny-nan")]
    [InlineData("bge-tiny-short")]
    public void Just_the_goldens_marked_so_fail(string model)
    {
        var context = TestModel.Context(TestModel.Shared(model));
        using var family = CrossEncoderFamily.Load(context);
        foreach (var golden in ModelGolden.Read(TestModel.Shared(model)))
        {
            using var job = TestModel.Encode(family, context.Tokenizer.PairTemplate, golden, TextMode.Parity);
            Assert.Equal(golden.Fails, Fails(family, job));
        }
    }

    private static bool Fails(CrossEncoderFamily family, CrossEncoderJob job)
    {
        try
        {
            return float.IsNaN(TestModel.Score(family, job, 0)[0]);
        }
        catch (ScoringException)
        {
            return true;
        }
    }
}
