using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Inference.Onnx;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.ModelFolders;

public sealed class OnnxModelChecksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qwen3-past-tiny")]
    [InlineData("qwen3-seqcls-tiny")]
    public void Exported_models_pass(string model) => OnnxModelChecks.Check(Path.Combine(TestModel.Own(model), "onnx", "model.onnx"));

    [Fact]
    public void Data_in_the_field_of_its_type_passes() => OnnxModelChecks.Check(new TestGraph()
        .Constant("f", OnnxDataType.Float, [2], tensor => tensor.Bytes(4, new byte[8]))
        .Constant("u", OnnxDataType.UInt8, [3], tensor => tensor.Bytes(5, [1, 2, 3]))
        .Constant("none", OnnxDataType.Float, [0, 4], _ => { })
        .Save(_folder.Path));

    [Theory]
    [InlineData("../weights")]
    [InlineData("/etc/hostname")]
    [InlineData("a/../../weights")]
    [InlineData("")]
    [InlineData("absent")]
    public void Weights_outside_the_folder_or_absent_are_refused(string location) =>
        Refused("weights", new TestGraph().Constant("w", OnnxDataType.Float, [1], TestGraph.External(location)));

    [Theory]
    [InlineData("0", "12", "bytes of weights")]
    [InlineData("4", "16", "beyond the end")]
    [InlineData("20", null, "beyond the end")]
    [InlineData("-4", "16", "whole number")]
    [InlineData("99999999999999999999", null, "whole number")]
    public void Weights_that_do_not_fill_their_shape_are_refused(string offset, string? length, string why)
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "weights"), new byte[16]);
        OnnxModelChecks.Check(new TestGraph().Constant("w", OnnxDataType.Float, [2, 2], TestGraph.External("weights", "0", "16")).Save(_folder.Path));
        Refused(why, new TestGraph().Constant("w", OnnxDataType.Float, [2, 2], TestGraph.External("weights", offset, length)));
    }

    [Fact]
    public void Tensors_of_impossible_shapes_are_refused()
    {
        Refused("negative", new TestGraph().Constant("w", OnnxDataType.Float, [-1], tensor => tensor.Bytes(9, [])));
        Refused("too large", new TestGraph().Constant("w", OnnxDataType.Float, [1L << 40, 1L << 40], tensor => tensor.Bytes(9, [])));
        Refused("does not hold", new TestGraph().Constant("w", OnnxDataType.Float, [3], tensor => tensor.Bytes(9, new byte[8])));
        Refused("does not hold", new TestGraph().Constant("w", OnnxDataType.Float, [1], tensor => tensor.Bytes(9, new byte[4]).Bytes(4, new byte[4])));
        Refused("unknown element type", new TestGraph().Constant("w", (OnnxDataType)99, [1], tensor => tensor.Bytes(9, new byte[4])));
        Refused("negative", new TestGraph().Input("x", OnnxDataType.Float, new OnnxDim(-7, null)));
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var graph = new ProtoWriter();
        for (var depth = 0; depth < 2000; depth++)
        {
            graph = new ProtoWriter().Message(1, new ProtoWriter().Text(4, "If").Message(5, new ProtoWriter().Text(1, "then_branch").Message(6, graph)));
        }

        var path = Path.Combine(_folder.Path, "deep.onnx");
        File.WriteAllBytes(path, new ProtoWriter().Message(7, graph).ToArray());
        Assert.Contains("nested", Assert.Throws<ModelLoadException>(() => OnnxModelChecks.Check(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_a_clear_error_and_nothing_else()
    {
        var whole = File.ReadAllBytes(Path.Combine(TestModel.Own("qwen3-past-tiny"), "onnx", "model.onnx"));
        File.Copy(Path.Combine(TestModel.Own("qwen3-past-tiny"), "onnx", "model.onnx_data"), Path.Combine(_folder.Path, "model.onnx_data"));
        var random = new Random(20261121);
        var path = Path.Combine(_folder.Path, "model.onnx");
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var change = random.Next(1, 20); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, round % 3 == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            try
            {
                OnnxModelChecks.Check(path);
                using var graph = OnnxGraph.Open(path);
                graph.DropUnused();
                graph.Write();
            }
            catch (ModelLoadException failure)
            {
                Assert.Contains("model.onnx", failure.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 100, 300);
    }

    private void Refused(string why, TestGraph graph)
    {
        var path = graph.Save(_folder.Path);
        var failure = Assert.Throws<ModelLoadException>(() => OnnxModelChecks.Check(path));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }
}
