using System.Text;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families.CrossEncoder;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Inference.Families.CrossEncoder;

/// <summary>The demo model against its own goldens: <c>models/demo/goldens.jsonl</c>, described in its card.</summary>
public sealed class DemoGoldensTests
{
    // The card: an implementation on a CPU meets logit_onnx within 0.001.
    private const float Tolerance = 0.001f;
    private static readonly string[] ControlTokens = ["<s>", "</s>", "<pad>", "<unk>", "<mask>"];
    private static readonly ModelGolden[] Goldens = ModelGolden.Read(TestModel.Demo);

    [Fact]
    public void Ids_are_those_of_hugging_face()
    {
        var context = TestModel.Context(TestModel.Demo);
        using var family = CrossEncoderFamily.Load(context);
        Assert.Equal(200, Goldens.Length);
        foreach (var golden in Goldens)
        {
            using var job = TestModel.Encode(family, context.Tokenizer.PairTemplate, golden, TextMode.Parity);
            Assert.Equal(golden.InputIds, TestModel.RowOf(job, 0).Ids);
        }
    }

    [Fact]
    public async Task Logits_meet_the_card_one_by_one_and_side_by_side()
    {
        await using var reranker = TestModel.Reranker(TestModel.Demo);
        foreach (var byQuery in Goldens.Where(golden => !SpellsControlToken(golden)).GroupBy(golden => golden.Query))
        {
            var scores = await reranker.ScoreAsync(new ScoringRequest(byQuery.Key, [.. byQuery.Select(golden => golden.Document)]), null, default);
            foreach (var (golden, logit) in byQuery.Zip(scores.Logits))
            {
                Assert.Equal(golden.LogitOnnx!.Value, logit, Tolerance);
            }
        }
    }

    [Fact]
    public void Text_that_spells_a_control_token_is_left_out_of_the_logits_and_gives_no_control_id()
    {
        var context = TestModel.Context(TestModel.Demo);
        using var family = CrossEncoderFamily.Load(context);
        var spelled = Goldens.Where(SpellsControlToken).ToArray();
        Assert.InRange(spelled.Length, 1, 10);
        foreach (var golden in spelled)
        {
            using var job = TestModel.Encode(family, context.Tokenizer.PairTemplate, golden, TextMode.UserText);
            var ids = TestModel.RowOf(job, 0).Ids;
            Assert.Equal([0, 2, 2, 2], ids.Where(id => id is 0 or 1 or 2 or 15_999));
        }
    }

    // The rule: after compatibility normalization the query or the document contains the spelling of a control token.
    internal static bool SpellsControlToken(ModelGolden golden) =>
        ControlTokens.Any(token =>
            golden.Query.Normalize(NormalizationForm.FormKC).Contains(token, StringComparison.OrdinalIgnoreCase) ||
            golden.Document.Normalize(NormalizationForm.FormKC).Contains(token, StringComparison.OrdinalIgnoreCase));
}
