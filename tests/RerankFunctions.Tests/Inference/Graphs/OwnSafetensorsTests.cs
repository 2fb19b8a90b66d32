using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Tests.Inference.Families.Causal;

namespace RerankFunctions.Tests.Inference.Graphs;

/// <summary>
/// Graphs that are built from the small safetensors of the repository: ids of Hugging Face's library, logits that ONNX Runtime gives on the export of the same
/// weights (<c>tools/goldens/built-graphs.mjs</c>).
/// </summary>
public sealed class OwnSafetensorsTests
{
    private const float Tolerance = 1e-4f;

    [Theory]
    [InlineData("bert-tiny")]
    [InlineData("modernbert-tiny")]
    public void An_encoder_scores_its_goldens_alone_and_beside_others(string model)
    {
        var folder = TestModel.Own($"safetensors/{model}");
        var goldens = ModelGolden.Read(folder);
        using var family = ModelFamilies.Load(TestModel.Context(folder));
        foreach (var (index, golden) in goldens.Index())
        {
            // All of them once; beside each, the longest and a few.
            var others = index == 0 ? goldens : [goldens.MaxBy(other => other.Document.Length)!, .. goldens.Skip(index).Take(3)];
            using var job = family.Encode(
                new ScoringRequest(golden.Query, [golden.Document, .. others.Select(other => other.Document)]), CancellationToken.None);
            Assert.Equal(golden.Logit!.Value, TestModel.Score(family, job, 0)[0], Tolerance);
            Assert.Equal(golden.Logit!.Value, TestModel.Score(family, job, [.. Enumerable.Range(0, job.Count).Reverse()])[^1], Tolerance);
        }
    }

    [Theory]
    [InlineData("qwen3-tiny", true)]
    [InlineData("qwen3-tiny", false)]
    [InlineData("qwen3-seqcls-tiny", true)]
    [InlineData("qwen3-seqcls-tiny", false)]
    public void A_causal_model_scores_its_goldens_with_and_without_a_shared_prefix(string model, bool sharePrefix)
    {
        var folder = TestModel.Own($"safetensors/{model}");
        using var family = CausalFamily.Load(CausalModels.Context(folder), new CausalFeatures(SharePrefix: sharePrefix));
        foreach (var golden in CausalGolden.Read(folder))
        {
            using var alone = (CausalJob)family.Encode(golden.Request, CancellationToken.None);
            Assert.Equal(golden.Ids, alone[0].ToArray());
            Assert.Equal(golden.Logit, CausalModels.Score(family, alone, 1)[0], Tolerance);
            using var among = family.Encode(
                golden.Request with { Documents = ["", golden.Document, golden.Document + golden.Document] }, CancellationToken.None);
            Assert.Equal(sharePrefix, among.Prefix.Length > 0);
            Assert.Equal(golden.Logit, CausalModels.Score(family, among, 3)[1], Tolerance);
        }
    }

    [Fact]
    public async Task A_folder_with_safetensors_and_no_graph_serves_requests()
    {
        var folder = TestModel.Own("safetensors/bert-tiny");
        await using var reranker = TestModel.Reranker(folder);
        var golden = ModelGolden.Read(folder)[0];
        var scores = await reranker.ScoreAsync(new ScoringRequest(golden.Query, [golden.Document]), null, CancellationToken.None);
        Assert.Equal(golden.Logit!.Value, scores.Logits[0], Tolerance);
        Assert.Equal("fp32", (await reranker.GetModelAsync(null, CancellationToken.None)).Precision);
    }
}
