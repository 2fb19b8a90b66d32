using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Families.CrossEncoder;
using RerankFunctions.Tests.Support;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tests.Inference.Families.CrossEncoder;

/// <summary>Every cross-encoder of <c>../shared/models</c> against the scores of Hugging Face's own code.</summary>
public sealed class SharedGoldensTests
{
    // Longer rows take seconds each where floats are short, and tell nothing new there beside one of full length.
    private const int ShortRow = 260;

    private const string More = " All rows of a micro-batch are filled up to the longest. This one is longer than the row beside it.";

    [SharedTheory]
    [InlineData("bge-tiny")]
    [InlineData("bert-tiny")]
    [InlineData("modernbert-tiny")]
    public void Ids_and_type_ids_are_those_of_hugging_face(string model)
    {
        var context = TestModel.Context(TestModel.Shared(model));
        using var family = CrossEncoderFamily.Load(context);
        foreach (var golden in ModelGolden.Read(TestModel.Shared(model)))
        {
            using var job = TestModel.Encode(family, context.Tokenizer.PairTemplate, golden, TextMode.Parity);
            var (ids, types) = TestModel.RowOf(job, 0);
            Assert.Equal(golden.InputIds, ids);
            Assert.Equal(golden.TokenTypeIds ?? new long[ids.Length], types);
        }
    }

    [SharedTheory]
    [InlineData("bge-tiny")]
    [InlineData("bert-tiny")]
    [InlineData("modernbert-tiny")]
    public void Fp32_logits_are_pytorch_s_alone_and_beside_a_longer_pair(string model)
    {
        var context = TestModel.Context(TestModel.Shared(model), "fp32");
        using var family = CrossEncoderFamily.Load(context);
        foreach (var golden in ModelGolden.Read(TestModel.Shared(model)))
        {
            var (alone, beside) = ScoreTwice(family, context, golden);
            Assert.Equal(golden.Logit!.Value, alone, 1e-4f);
            Assert.Equal(golden.Logit!.Value, beside, 1e-4f);
        }
    }

    [SharedTheory]
    [InlineData("bge-tiny", "fp16")]
    [InlineData("bert-tiny", "fp16")]
    [InlineData("modernbert-tiny", "fp16")]
    [InlineData("bge-tiny", "int8")]
    [InlineData("bert-tiny", "int8")]
    [InlineData("modernbert-tiny", "int8")]
    public void Fp16_and_int8_logits_are_those_of_onnx_runtime_on_the_same_file(string model, string dtype)
    {
        var context = TestModel.Context(TestModel.Shared(model), dtype);
        using var family = CrossEncoderFamily.Load(context);
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(context.Folder.WeightsPath, options);
        var goldens = ModelGolden.Read(TestModel.Shared(model));
        var some = goldens.Where((golden, line) => (line % 2 == 0 && golden.InputIds.Length <= ShortRow) || SharedMaterial.TakesAllRows);
        foreach (var golden in some.Append(goldens.MaxBy(golden => golden.InputIds.Length)!))
        {
            // int8 scales belong to a whole run, so the run beside a longer pair is compared with the same run.
            using var job = TestModel.Encode(family, context.Tokenizer.PairTemplate, golden, TextMode.Parity, golden.Document + More);
            var (row, longer) = (TestModel.RowOf(job, 0), TestModel.RowOf(job, 1));
            var beside = PlainRun.Score(session, [longer, row], context.PadTokenId());
            var (alone, scored) = ScoreTwice(family, context, golden);
            Assert.Equal(PlainRun.Score(session, [row], context.PadTokenId())[0], alone, 1e-4f);
            Assert.Equal(beside[1], scored, 1e-4f);
        }
    }

    private static (float Alone, float Beside) ScoreTwice(CrossEncoderFamily family, ModelLoadContext context, ModelGolden golden)
    {
        using var job = TestModel.Encode(family, context.Tokenizer.PairTemplate, golden, TextMode.Parity, golden.Document + More);
        return (TestModel.Score(family, job, 0)[0], TestModel.Score(family, job, 1, 0)[1]);
    }
}
