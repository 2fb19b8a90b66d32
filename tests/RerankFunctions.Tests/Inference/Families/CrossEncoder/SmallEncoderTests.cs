using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Families.CrossEncoder;

namespace RerankFunctions.Tests.Inference.Families.CrossEncoder;

/// <summary>
/// BERT and ModernBERT with random weights, which are in the repository: ids against those of Hugging Face's library (<c>tools/goldens/pairs.mjs</c>),
/// logits against ONNX Runtime run on the same ids with nothing of the engine between.
/// </summary>
public sealed class SmallEncoderTests
{
    private const float Tolerance = 1e-5f;

    [Theory]
    [InlineData("bert-tiny", true)]
    [InlineData("modernbert-tiny", false)]
    public void Ids_and_type_ids_are_those_of_hugging_face(string model, bool hasSegments)
    {
        var (context, goldens) = Open(model);
        using var family = CrossEncoderFamily.Load(context);
        foreach (var golden in goldens)
        {
            using var job = Encode(family, golden.Query, golden.Document);
            var (ids, types) = TestModel.RowOf(job, 0);
            Assert.Equal(golden.InputIds, ids);
            Assert.Equal(golden.TokenTypeIds, types);
            Assert.Equal(hasSegments, types.Contains(1));
        }
    }

    [Theory]
    [InlineData("bert-tiny")]
    [InlineData("modernbert-tiny")]
    public void A_pair_scores_alone_and_padded_what_onnx_runtime_gives_for_its_ids(string model)
    {
        var (context, goldens) = Open(model);
        using var family = CrossEncoderFamily.Load(context);
        using var session = new InferenceSession(context.Folder.WeightsPath);
        foreach (var (index, golden) in goldens.Index())
        {
            // All of them once; beside each, the longest and a few.
            var others = index == 0 ? goldens : [goldens.MaxBy(other => other.InputIds.Length)!, .. goldens.Skip(index).Take(3)];
            using var job = Encode(family, golden.Query, [golden.Document, .. others.Select(other => other.Document)]);
            var plain = PlainRun.Score(session, golden);
            Assert.Equal(plain, TestModel.Score(family, job, 0)[0], Tolerance);
            Assert.Equal(plain, TestModel.Score(family, job, [.. Enumerable.Range(0, job.Count).Reverse()])[^1], Tolerance);
        }
    }

    private static (ModelLoadContext Context, ModelGolden[] Goldens) Open(string model)
    {
        var goldens = ModelGolden.Read(TestModel.Own(model));
        Assert.NotEmpty(goldens);
        return (TestModel.Context(TestModel.Own(model), "fp32"), goldens);
    }

    private static CrossEncoderJob Encode(CrossEncoderFamily family, string query, params string[] documents) =>
        (CrossEncoderJob)family.Encode(new ScoringRequest(query, documents), CancellationToken.None);
}
