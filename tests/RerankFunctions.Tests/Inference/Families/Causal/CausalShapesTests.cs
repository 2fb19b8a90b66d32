using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Inference.Onnx;
using TemporaryFolder = RerankFunctions.Tests.Support.TemporaryFolder;

namespace RerankFunctions.Tests.Inference.Families.Causal;

/// <summary>Graphs that give something else than they declare: the run at load finds them out.</summary>
public sealed class CausalShapesTests
{
    private const string LogitsOfAll = "logits";

    [Fact]
    public void Logits_at_every_position_load() => Load(WithWords(Ids("f"))).Dispose();

    [Fact]
    public void Logits_of_fewer_words_than_yes_or_no_are_refused() =>
        Refused(Ids("f").Node("Concat", ["f", "f"], [LogitsOfAll], TestGraph.Integer("axis", 2)), "another shape");

    [Fact]
    public void Logits_of_fewer_rows_are_refused() => Refused(WithWords(First(0)), "first run failed");

    [Fact]
    public void Logits_of_fewer_tokens_are_refused_with_what_the_runtime_says() => Refused(WithWords(First(1)), "GatherND");

    [Fact]
    public void Logits_of_whole_numbers_are_refused() => Refused(Base()
        .Constant(OnnxTensor.Create("axes", [1], [2L]))
        .Constant(OnnxTensor.Create("wide", [3], [1L, 1L, 2816L]))
        .Node("Unsqueeze", ["input_ids", "axes"], "u")
        .Node("Expand", ["u", "wide"], LogitsOfAll), "onnx/model.onnx", OnnxDataType.Int64);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Labels_are_one_a_row(bool everyToken, bool loads)
    {
        var graph = Base().Constant(OnnxTensor.Create("axes", [1], [1L])).Node("Cast", ["input_ids"], ["f"], TestGraph.Integer("to", 1));
        _ = everyToken ? graph.Node("Identity", ["f"], LogitsOfAll) : graph.Node("ReduceSum", ["f", "axes"], LogitsOfAll);
        using var folder = Folder(graph.Output(LogitsOfAll, new OnnxDim(null, "rows"), new OnnxDim(null, "labels")), """{"family":"causal-label"}""");
        if (loads)
        {
            CausalModels.Load(folder.Path, new CausalFeatures()).Dispose();
            return;
        }

        var failure = Assert.Throws<ModelLoadException>(() => CausalModels.Load(folder.Path, new CausalFeatures()));
        Assert.Contains("another shape", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_inputs_of_one_name_are_refused() => Refused(
        WithWords(Ids("f")).Input("past_key_values.0.key", OnnxDataType.Float, Past).Input("past_key_values.0.key", OnnxDataType.Float, Past),
        "two of its inputs or outputs have the name past_key_values.0.key");

    [Fact]
    public void More_past_inputs_than_layers_are_refused()
    {
        var graph = WithWords(Ids("f"));
        for (var i = 0; i < 1025; i++)
        {
            graph.Input($"past_key_values.{i}.key", OnnxDataType.Float, Past);
        }

        Refused(graph, "1025 past inputs");
    }

    private static OnnxDim[] Past => [new OnnxDim(null, "rows"), new OnnxDim(2, null), new OnnxDim(null, "past"), new OnnxDim(4, null)];

    private static TestGraph Base() => new TestGraph()
        .Input("input_ids", OnnxDataType.Int64, new OnnxDim(null, "rows"), new OnnxDim(null, "tokens"))
        .Input("attention_mask", OnnxDataType.Int64, new OnnxDim(null, "rows"), new OnnxDim(null, "tokens"));

    // f: the ids as floats, [rows, tokens, 1].
    private static TestGraph Ids(string name) => Base()
        .Constant(OnnxTensor.Create("axes", [1], [2L]))
        .Node("Cast", ["input_ids"], ["flat"], TestGraph.Integer("to", 1))
        .Node("Unsqueeze", ["flat", "axes"], name);

    // f: only the first along an axis.
    private static TestGraph First(long axis) => Ids("all")
        .Constant(OnnxTensor.Create("zero", [1], [0L]))
        .Constant(OnnxTensor.Create("one", [1], [1L]))
        .Constant(OnnxTensor.Create("axis", [1], [axis]))
        .Node("Slice", ["all", "zero", "one", "axis"], "f");

    private static TestGraph WithWords(TestGraph graph) => graph
        .Constant(OnnxTensor.Create("wide", [3], [1L, 1L, 2816L]))
        .Node("Expand", ["f", "wide"], LogitsOfAll);

    private static CausalFamily Load(TestGraph graph, OnnxDataType type = OnnxDataType.Float)
    {
        using var folder = Folder(graph.Output(LogitsOfAll, type, new OnnxDim(null, "rows"), new OnnxDim(null, "tokens"), new OnnxDim(null, "words")), "{}");
        return CausalModels.Load(folder.Path, new CausalFeatures());
    }

    private static void Refused(TestGraph graph, string expected, OnnxDataType type = OnnxDataType.Float)
    {
        var failure = Assert.Throws<ModelLoadException>(() => Load(graph, type));
        Assert.Contains("onnx/model.onnx", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    private static TemporaryFolder Folder(TestGraph graph, string overrides)
    {
        var folder = new TemporaryFolder().With(TestModel.Own("qwen3-past-tiny")).With("rerank.json", overrides);
        File.WriteAllBytes(folder["onnx/model.onnx"], graph.Write());
        return folder;
    }
}
