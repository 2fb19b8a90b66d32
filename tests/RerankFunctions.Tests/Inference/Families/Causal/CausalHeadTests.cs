using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Inference.Onnx;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Families.Causal;

/// <summary>A head over three words and a hidden state of two: yes is word 2, no is word 0.</summary>
public sealed class CausalHeadTests : IDisposable
{
    private const int Yes = 2;
    private const int No = 0;

    // [hidden, words], and [words, hidden].
    private static readonly float[] Weight = [1, 10, 4, 2, 20, 9];
    private static readonly float[] Transposed = [1, 2, 10, 20, 4, 9];
    private static readonly float[] Difference = [3, 7];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_head_with_its_own_weight_is_found() => Found("x", true, new TestGraph()
        .Constant(OnnxTensor.Create("w", [2, 3], Weight))
        .Node("MatMul", ["x", "w"], "logits"));

    [Fact]
    public void A_head_of_the_word_embedding_transposed_by_a_node_is_found() => Found("x", true, new TestGraph()
        .Constant(OnnxTensor.Create("embedding", [3, 2], Transposed))
        .Node("Identity", ["embedding"], "tied")
        .Node("Transpose", ["tied"], ["w"], TestGraph.Integers("perm", 1, 0))
        .Node("MatMul", ["x", "w"], "product")
        .Node("Identity", ["product"], "logits"));

    [Fact]
    public void A_head_in_half_precision_cast_at_the_end_is_found() => Found("x", false, new TestGraph()
        .Constant("w", OnnxDataType.Float16, [2, 3], tensor => tensor.Bytes(9, Halves(Weight)))
        .Node("MatMul", ["x", "w"], "half")
        .Node("Cast", ["half"], ["logits"], TestGraph.Integer("to", 1)));

    [Fact]
    public void A_head_whose_half_precision_weight_is_cast_before_is_found() => Found("x", true, new TestGraph()
        .Constant("w", OnnxDataType.Float16, [2, 3], tensor => tensor.Bytes(9, Halves(Weight)))
        .Node("Cast", ["w"], ["wide"], TestGraph.Integer("to", 1))
        .Node("MatMul", ["x", "wide"], "logits"));

    [Fact]
    public void A_head_with_a_weight_beside_the_file_is_found()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "weights"), [0, 0, 0, 0, .. Weight.SelectMany(BitConverter.GetBytes)]);
        Found("x", true, new TestGraph()
            .Constant("w", OnnxDataType.Float, [2, 3], TestGraph.External("weights", "4", "24"))
            .Node("MatMul", ["x", "w"], "logits"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_head_with_dynamic_quantization_is_found(bool scaleFirst) => Found("x", true, new TestGraph()
        .Constant("q", OnnxDataType.UInt8, [2, 3], tensor => tensor.Bytes(9, [12, 30, 18, 14, 50, 28]))
        .Constant(OnnxTensor.Create("scale", [], [0.5f]))
        .Constant("zero", OnnxDataType.UInt8, [], tensor => tensor.Bytes(5, [10]))
        .Node("DynamicQuantizeLinear", ["x"], "xq", "xs", "xz")
        .Node("Mul", scaleFirst ? ["scale", "xs"] : ["xs", "scale"], "scales")
        .Node("MatMulInteger", ["xq", "q", "xz", "zero"], "integers")
        .Node("Cast", ["integers"], ["product"], TestGraph.Integer("to", 1))
        .Node("Mul", ["product", "scales"], "logits"));

    [Fact]
    public void A_head_with_a_dequantized_weight_with_a_scale_for_each_word_is_found() => Found("x", true, new TestGraph()
        .Constant("q", OnnxDataType.Int8, [2, 3], tensor => tensor.Bytes(9, [2, 1, 8, 4, 2, 18]))
        .Constant(OnnxTensor.Create("scale", [3], [0.5f, 10f, 0.5f]))
        .Node("DequantizeLinear", ["q", "scale"], ["w"], TestGraph.Integer("axis", 1))
        .Node("MatMul", ["x", "w"], "logits"));

    [Theory]
    [InlineData(4, 12)]
    [InlineData(21, 3)]
    [InlineData(22, 3)]
    public void Numbers_of_a_type_that_is_not_read_leave_the_head_as_it_is(int type, int bytes) => Unknown(new TestGraph()
        .Constant("q", (OnnxDataType)type, [2, 3], tensor => tensor.Bytes(9, new byte[bytes]))
        .Constant(OnnxTensor.Create("scale", [3], [0.5f, 10f, 0.5f]))
        .Node("DequantizeLinear", ["q", "scale"], ["w"], TestGraph.Integer("axis", 1))
        .Node("MatMul", ["x", "w"], "logits"));

    [Fact]
    public void Floats_in_several_pieces_leave_the_head_as_it_is() => Unknown(new TestGraph()
        .Constant("w", OnnxDataType.Float, [2, 3], tensor => tensor.RawFloats(4, Weight.AsSpan(0, 3)).RawFloats(4, Weight.AsSpan(3)))
        .Node("MatMul", ["x", "w"], "logits"));

    [Fact]
    public void Anything_else_is_left_as_it_is()
    {
        Unknown(new TestGraph().Node("MatMul", ["x", "y"], "logits"));
        Unknown(new TestGraph().Constant(OnnxTensor.Create("w", [2, 3], Weight)).Node("MatMul", ["x", "w"], "product").Node("Tanh", ["product"], "logits"));
        Unknown(new TestGraph().Constant(OnnxTensor.Create("w", [3, 2], Transposed)).Node("MatMul", ["x", "w"], "logits"));
        Unknown(new TestGraph().Constant(OnnxTensor.Create("w", [1, 2, 3], Weight)).Node("MatMul", ["x", "w"], "logits"));
        Unknown(new TestGraph().Node("Identity", ["b"], "a").Node("Identity", ["a"], "b").Node("MatMul", ["x", "a"], "logits"));
        Unknown(new TestGraph().Constant(OnnxTensor.Create("w", [2, 3], Weight)).Node("MatMul", ["x", "w"], "logits"), lengthOfOne: true);
    }

    private static byte[] Halves(float[] values) => [.. values.SelectMany(value => BitConverter.GetBytes((Half)value))];

    private void Found(string hidden, bool isFloat, TestGraph test)
    {
        using var graph = Open(test);
        var head = CausalHead.Find(graph, "logits", Yes, No);
        Assert.NotNull(head);
        Assert.Equal((hidden, isFloat), (head.Hidden, head.HiddenIsFloat));
        Assert.Equal(Difference, head.Difference);

        Assert.True(CausalGraph.CutHead(graph, "logits", Yes, No));
        graph.DropUnused();
        Assert.DoesNotContain(graph.Initializers, tensor => tensor.Dims.Count == 2 && tensor.Elements == 6);
        Assert.Equal([CausalGraph.Score], graph.Outputs.Select(output => output.Name));
    }

    private void Unknown(TestGraph test, bool lengthOfOne = false)
    {
        using var graph = Open(test, lengthOfOne);
        var before = graph.Write();
        Assert.False(CausalGraph.CutHead(graph, "logits", Yes, No));
        Assert.Equal(before, graph.Write());
    }

    private OnnxGraph Open(TestGraph test, bool lengthOfOne = false)
    {
        var path = test
            .Input("x", OnnxDataType.Float, new OnnxDim(null, "batch"), new OnnxDim(null, "length"), new OnnxDim(2, null))
            .Output("logits", new OnnxDim(null, "batch"), lengthOfOne ? new OnnxDim(1, null) : new OnnxDim(null, "length"), new OnnxDim(3, null))
            .Save(_folder.Path);
        OnnxFileValidation.Validate(path);
        return OnnxGraph.Open(path);
    }
}
