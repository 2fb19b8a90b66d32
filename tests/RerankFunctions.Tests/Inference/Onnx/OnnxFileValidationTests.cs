using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Onnx;

public sealed class OnnxFileValidationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qwen3-past-tiny")]
    [InlineData("qwen3-seqcls-tiny")]
    public void Exported_models_pass(string model) => OnnxFileValidation.Validate(Path.Combine(TestModel.Own(model), "onnx", "model.onnx"));

    [Fact]
    public void Data_in_the_field_of_its_type_passes() => OnnxFileValidation.Validate(new TestGraph()
        .Constant("f", OnnxDataType.Float, [2], tensor => tensor.Bytes(OnnxFields.Tensor.FloatData, new byte[8]))
        .Constant("u", OnnxDataType.UInt8, [3], tensor => tensor.Bytes(OnnxFields.Tensor.Int32Data, [1, 2, 3]))
        .Constant("none", OnnxDataType.Float, [0, 4], _ => { })
        .Save(_folder.Path));

    [Theory]
    [InlineData("../weights")]
    [InlineData("/etc/hostname")]
    [InlineData("a/../../weights")]
    [InlineData("")]
    [InlineData("absent")]
    [InlineData("a\\b")]
    [InlineData("weights\0")]
    [InlineData("*/_ORT_MEM_ADDR_/*")]
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
        OnnxFileValidation.Validate(new TestGraph().Constant("w", OnnxDataType.Float, [2, 2], TestGraph.External("weights", "0", "16")).Save(_folder.Path));
        Refused(why, new TestGraph().Constant("w", OnnxDataType.Float, [2, 2], TestGraph.External("weights", offset, length)));
    }

    [Fact]
    public void Tensors_of_impossible_shapes_are_refused()
    {
        Refused("negative", new TestGraph().Constant("w", OnnxDataType.Float, [-1], tensor => tensor.Bytes(OnnxFields.Tensor.RawData, [])));
        Refused("too large", new TestGraph().Constant("w", OnnxDataType.Float, [1L << 40, 1L << 40], tensor => tensor.Bytes(OnnxFields.Tensor.RawData, [])));
        Refused("does not hold", new TestGraph().Constant("w", OnnxDataType.Float, [3], tensor => tensor.Bytes(OnnxFields.Tensor.RawData, new byte[8])));
        Refused("does not hold", new TestGraph().Constant("w", OnnxDataType.Float, [1], tensor =>
            tensor.Bytes(OnnxFields.Tensor.RawData, new byte[4]).Bytes(OnnxFields.Tensor.FloatData, new byte[4])));
        Refused("unknown element type", new TestGraph().Constant("w", (OnnxDataType)99, [1], tensor => tensor.Bytes(OnnxFields.Tensor.RawData, new byte[4])));
        Refused("negative", new TestGraph().Input("x", OnnxDataType.Float, new OnnxDim(-7, null)));
    }

    // What follows is appended to a sound tensor of one float: encoded fields that parsers may read differently.
    [Theory]
    [InlineData("7081 8080 8010", "32-bit number")] // data_location 2^32 + 1, which is 1 in 32 bits
    [InlineData("7000 7001", "more than once")] // data_location, inside and then outside
    [InlineData("7001 7000", "more than once")]
    [InlineData("7002", "allowed are 0 to 1")]
    [InlineData("70FF FFFF FFFF FFFF FFFF 01", "allowed are 0 to 1")]
    [InlineData("7081 00", "more bytes than it needs")]
    [InlineData("F000 00", "more bytes than it needs")] // in the key
    [InlineData("8201 8000", "more bytes than it needs")] // in a length
    [InlineData("70FF FFFF FFFF FFFF FFFF 02", "more than 64 bits")]
    [InlineData("7501 0000 00", "wire type 5")] // data_location as four bytes
    [InlineData("7201 01", "wire type 2")]
    [InlineData("3001", "wire type 0")] // string_data as a number
    [InlineData("0B0C", "wire type 3")] // a group
    [InlineData("4201 77", "more than once")] // name
    [InlineData("1001", "more than once")] // data_type
    [InlineData("4A04 0000 0000", "more than once")] // raw_data
    [InlineData("2500 0000 00", "does not hold")] // float_data beside raw_data
    [InlineData("3201 61", "does not hold")] // string_data beside raw_data
    [InlineData("1A00", "segments")]
    public void A_tensor_that_parsers_may_read_differently_is_refused(string appended, string why)
    {
        static void Sound(ProtoWriter tensor) => tensor.Bytes(OnnxFields.Tensor.RawData, new byte[4]);
        OnnxFileValidation.Validate(new TestGraph().Constant("w", OnnxDataType.Float, [1], Sound).Save(_folder.Path));

        Refused(why, new TestGraph().Constant("w", OnnxDataType.Float, [1], tensor =>
        {
            Sound(tensor);
            tensor.Fields(Convert.FromHexString(appended.Replace(" ", "", StringComparison.Ordinal)));
        }));
    }

    [Theory]
    [InlineData("location", "weights")]
    [InlineData("offset", "0")]
    [InlineData("length", "4")]
    public void Weights_whose_place_is_given_twice_are_refused(string key, string value)
    {
        File.WriteAllBytes(_folder["weights"], new byte[16]);

        Refused("twice", new TestGraph().Constant("w", OnnxDataType.Float, [1], tensor =>
        {
            tensor.Message(OnnxFields.Tensor.ExternalData, new OnnxEntry(key, value).Write());
            TestGraph.External("weights", "0", "4")(tensor);
        }));
    }

    [Fact]
    public void Weights_both_inside_the_file_and_outside_are_refused()
    {
        File.WriteAllBytes(_folder["weights"], new byte[16]);

        Refused("both", new TestGraph().Constant("w", OnnxDataType.Float, [1], tensor =>
        {
            tensor.Bytes(OnnxFields.Tensor.RawData, new byte[4]);
            TestGraph.External("weights")(tensor);
        }));
    }

    [Fact]
    public void Numbers_that_do_not_fit_into_32_bits_are_refused()
    {
        Refused("32-bit", new TestGraph().With(OnnxFields.Graph.Initializer, new ProtoWriter().Integer(OnnxFields.Tensor.DataType, (1L << 32) + 1)));
        Refused("32-bit", new TestGraph().Constant("w", OnnxDataType.Int32, [1], tensor => tensor.Integer(OnnxFields.Tensor.Int32Data, (1L << 32) + 1)));
        Refused("32-bit", new TestGraph().Constant("w", OnnxDataType.Int32, [1], tensor =>
            tensor.Message(OnnxFields.Tensor.Int32Data, new ProtoWriter().Fields([0x81, 0x80, 0x80, 0x80, 0x10]))));
    }

    [Fact]
    public void Messages_that_parsers_may_merge_are_refused()
    {
        var graph = new ProtoWriter().Text(OnnxFields.Graph.Name, "g");
        var twice = TestGraph.Tensor("w", OnnxDataType.Float, [1], tensor => tensor.Bytes(OnnxFields.Tensor.RawData, new byte[4]));
        Refused("more than once", new TestGraph(), model => model.Message(OnnxFields.Model.Graph, graph));
        Refused("more than once", new TestGraph().Node("Constant", [], ["c"], new ProtoWriter()
            .Text(OnnxFields.Attribute.Name, "value").Message(OnnxFields.Attribute.Tensor, twice).Message(OnnxFields.Attribute.Tensor, twice)));
        Refused("more than once", new TestGraph().Node("Cast", ["x"], ["y"], TestGraph.Integer("to", 1), TestGraph.Integer("to", 7)));
        Refused("allowed are 0 to 14", new TestGraph().Node("Cast", ["x"], ["y"], new ProtoWriter().Integer(OnnxFields.Attribute.Type, 15)));
    }

    [Fact]
    public void Two_values_of_a_oneof_are_refused()
    {
        var dim = new ProtoWriter().Integer(OnnxFields.Dim.Value, 1).Text(OnnxFields.Dim.Name, "n");
        var shape = new ProtoWriter().Message(OnnxFields.Shape.Dim, dim);
        var tensor = new ProtoWriter().Integer(OnnxFields.TensorType.ElementType, 1).Message(OnnxFields.TensorType.Shape, shape);
        Refused("more than once", new TestGraph().With(OnnxFields.Graph.Input, new ProtoWriter()
            .Text(OnnxFields.Value.Name, "x").Message(OnnxFields.Value.Type, new ProtoWriter().Message(OnnxFields.Type.Tensor, tensor))));

        var plain = new ProtoWriter().Integer(OnnxFields.TensorType.ElementType, 1);
        Refused("more than once", new TestGraph().With(OnnxFields.Graph.Input, new ProtoWriter().Text(OnnxFields.Value.Name, "x").Message(
            OnnxFields.Value.Type, new ProtoWriter().Message(OnnxFields.Type.Tensor, plain).Message(OnnxFields.Type.SparseTensor, plain))));
    }

    [Fact]
    public void Weights_are_checked_wherever_a_model_can_hold_them()
    {
        var outside = TestGraph.Tensor("w", OnnxDataType.Float, [1], TestGraph.External("../weights"));
        var graph = new ProtoWriter().Message(OnnxFields.Graph.Initializer, outside);
        var sparse = new ProtoWriter().Message(OnnxFields.SparseTensor.Values, outside);
        ProtoWriter Attribute(int field, ProtoWriter value) => new ProtoWriter().Text(OnnxFields.Attribute.Name, "a").Message(field, value);
        ProtoWriter Call(int field, ProtoWriter value) => new ProtoWriter().Message(OnnxFields.Node.Attribute, Attribute(field, value));

        Refused("../weights", new TestGraph().With(OnnxFields.Graph.Initializer, outside));
        Refused("../weights", new TestGraph().With(OnnxFields.Graph.SparseInitializer, sparse));
        foreach (var (field, value) in new[]
        {
            (OnnxFields.Attribute.Tensor, outside), (OnnxFields.Attribute.Tensors, outside), (OnnxFields.Attribute.Graph, graph),
            (OnnxFields.Attribute.Graphs, graph), (OnnxFields.Attribute.SparseTensor, sparse), (OnnxFields.Attribute.SparseTensors, sparse),
        })
        {
            Refused("../weights", new TestGraph().With(OnnxFields.Graph.Node, Call(field, value)));
            Refused("../weights", new TestGraph(), model => model.Message(
                OnnxFields.Model.Functions, new ProtoWriter().Message(OnnxFields.Function.Node, Call(field, value))));
            Refused("../weights", new TestGraph(), model => model.Message(
                OnnxFields.Model.Functions, new ProtoWriter().Message(OnnxFields.Function.AttributeProto, Attribute(field, value))));
        }

        Refused("../weights", new TestGraph(), model => model.Message(
            OnnxFields.Model.TrainingInfo, new ProtoWriter().Message(OnnxFields.TrainingInfo.Algorithm, graph)));
    }

    [Fact]
    public void Weights_that_are_a_link_have_the_length_of_its_target()
    {
        using var elsewhere = new TemporaryFolder();
        File.WriteAllBytes(elsewhere["real"], new byte[16]);
        File.CreateSymbolicLink(_folder["weights"], elsewhere["real"]);
        OnnxFileValidation.Validate(new TestGraph().Constant("w", OnnxDataType.Float, [4], TestGraph.External("weights")).Save(_folder.Path));
        Refused("beyond the end", new TestGraph().Constant("w", OnnxDataType.Float, [5], TestGraph.External("weights")));

        File.Delete(elsewhere["real"]);
        Refused("which is missing", new TestGraph().Constant("w", OnnxDataType.Float, [4], TestGraph.External("weights")));
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var graph = new ProtoWriter();
        for (var depth = 0; depth < 2000; depth++)
        {
            var branch = new ProtoWriter().Text(OnnxFields.Attribute.Name, "then_branch").Message(OnnxFields.Attribute.Graph, graph);
            var node = new ProtoWriter().Text(OnnxFields.Node.OperatorType, "If").Message(OnnxFields.Node.Attribute, branch);
            graph = new ProtoWriter().Message(OnnxFields.Graph.Node, node);
        }

        var path = Path.Combine(_folder.Path, "deep.onnx");
        File.WriteAllBytes(path, new ProtoWriter().Message(OnnxFields.Model.Graph, graph).ToArray());
        Assert.Contains("nested", Assert.Throws<ModelLoadException>(() => OnnxFileValidation.Validate(path)).Message, StringComparison.Ordinal);
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
                OnnxFileValidation.Validate(path);
                using var graph = OnnxGraph.Open(path);
                graph.DropUnused();
                graph.Write();
            }
            catch (ModelLoadException exception)
            {
                Assert.Contains("model.onnx", exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 100, 300);
    }

    private void Refused(string why, TestGraph graph, Action<ProtoWriter>? rest = null)
    {
        var path = graph.Save(_folder.Path, rest);
        var failure = Assert.Throws<ModelLoadException>(() => OnnxFileValidation.Validate(path));
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }
}
