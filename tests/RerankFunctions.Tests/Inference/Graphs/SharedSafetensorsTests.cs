using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Inference.Families.CrossEncoder;
using RerankFunctions.Tests.Inference.Families.Causal;
using RerankFunctions.Tests.Support;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Inference.Graphs;

/// <summary>Graphs that are built from the safetensors of <c>../shared/models/safetensors</c>, against the scores of Hugging Face's own code.</summary>
public sealed class SharedSafetensorsTests
{
    private const float Tolerance = 1e-4f;

    // Longer rows take seconds each and tell nothing new beside others.
    private const int ShortRow = 260;
    private const int LongRow = 512;

    private const string More = " All rows of a micro-batch are filled up to the longest. This one is longer than the row beside it.";

    [SharedTheory]
    [InlineData("bert-tiny")]
    [InlineData("bge-tiny")]
    [InlineData("bge-tiny-fp16")]
    [InlineData("modernbert-tiny")]
    [InlineData("modernbert-tiny-bf16")]
    public void An_encoder_scores_its_goldens_alone_and_beside_a_longer_pair(string model)
    {
        var folder = TestModel.Shared($"safetensors/{model}");
        var context = TestModel.Context(folder, "fp32");
        using var family = CrossEncoderFamily.Load(context);
        foreach (var golden in ModelGolden.Read(folder))
        {
            using var job = TestModel.Encode(family, context.Tokenizer.PairTemplate, golden, TextMode.Parity, golden.Document + More);
            Assert.Equal(golden.InputIds, TestModel.RowOf(job, 0).Ids);
            Assert.Equal(golden.Logit!.Value, TestModel.Score(family, job, 0)[0], Tolerance);
            Assert.Equal(golden.Logit!.Value, TestModel.Score(family, job, 1, 0)[1], Tolerance);
        }
    }

    [SharedTheory]
    [InlineData("qwen3-tiny", true)]
    [InlineData("qwen3-tiny", false)]
    [InlineData("qwen3-tiny-bf16", true)]
    [InlineData("qwen3-tiny-bf16", false)]
    [InlineData("qwen3-seqcls-tiny-sharded", true)]
    [InlineData("qwen3-seqcls-tiny-sharded", false)]
    public void A_causal_model_scores_its_goldens_with_and_without_a_shared_prefix(string model, bool sharePrefix)
    {
        var folder = TestModel.Shared($"safetensors/{model}");
        var context = CausalModels.Context(folder);
        using var family = CausalFamily.Load(context, new CausalFeatures(SharePrefix: sharePrefix));
        var goldens = CausalGolden.Read(folder);
        Assert.True(goldens.Count > 20);
        // Each kind of head takes the longest row once.
        var longest = sharePrefix && model is ("qwen3-tiny" or "qwen3-seqcls-tiny-sharded") ? goldens.MaxBy(golden => golden.Ids.Length) : null;
        foreach (var golden in goldens.Where(golden => golden.Ids.Length <= LongRow || golden == longest || SharedMaterial.TakesAllRows))
        {
            var prompt = new CausalPrompt(context.Tokenizer, CausalTemplate.Parse(CausalTemplate.Qwen3Reranker), CausalTemplate.WebSearch, golden.MaxLength);
            var single = golden.Request;
            using var alone = family.Encode(single, prompt, TextMode.Parity, CancellationToken.None);
            Assert.Equal(golden.Ids, alone[0].ToArray());
            Assert.Equal(golden.Logit, CausalModels.Score(family, alone, 1)[0], Tolerance);
            if (golden.Ids.Length > ShortRow)
            {
                continue;
            }

            // With neighbours of other lengths, shorter and longer, in one run.
            var several = single with { Documents = ["", golden.Document, golden.Document + golden.Document] };
            using var among = family.Encode(several, prompt, TextMode.Parity, CancellationToken.None);
            Assert.Equal(sharePrefix, among.Prefix.Length > 0);
            Assert.Equal(golden.Logit, CausalModels.Score(family, among, 3)[1], Tolerance);
        }
    }
}
