using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Tests.Inference.Onnx;

/// <summary>Writes small ONNX files.</summary>
internal sealed class TestGraph
{
    private const int IntegerAttribute = 2;
    private const int IntegersAttribute = 7;
    private const int OperatorSet = 17;

    private readonly ProtoWriter _graph = new();

    public static ProtoWriter Integer(string name, long value) => new ProtoWriter()
        .Text(OnnxFields.Attribute.Name, name)
        .Integer(OnnxFields.Attribute.Integer, value)
        .Integer(OnnxFields.Attribute.Type, IntegerAttribute);

    public static ProtoWriter Integers(string name, params long[] values)
    {
        var attribute = new ProtoWriter().Text(OnnxFields.Attribute.Name, name);
        Array.ForEach(values, value => attribute.Integer(OnnxFields.Attribute.Integers, value));
        return attribute.Integer(OnnxFields.Attribute.Type, IntegersAttribute);
    }

    /// <summary>Data of a tensor in another file.</summary>
    public static Action<ProtoWriter> External(string location, string? offset = null, string? length = null) => tensor =>
    {
        foreach (var (key, value) in new[] { (OnnxTensorLayout.LocationKey, location), ("offset", offset), ("length", length) })
        {
            if (value is not null)
            {
                tensor.Message(OnnxFields.Tensor.ExternalData, new OnnxEntry(key, value).Write());
            }
        }

        tensor.Integer(OnnxFields.Tensor.DataLocation, 1);
    };

    /// <summary>A tensor field by field; <paramref name="rest"/> adds the data.</summary>
    public static ProtoWriter Tensor(string name, OnnxDataType type, long[] dims, Action<ProtoWriter> rest)
    {
        var tensor = new ProtoWriter();
        Array.ForEach(dims, dim => tensor.Integer(OnnxFields.Tensor.Dims, dim));
        tensor.Integer(OnnxFields.Tensor.DataType, (long)type).Text(OnnxFields.Tensor.Name, name);
        rest(tensor);
        return tensor;
    }

    public TestGraph Node(string type, string[] inputs, params string[] outputs) => Node(type, inputs, outputs, []);

    public TestGraph Node(string type, string[] inputs, string[] outputs, params ProtoWriter[] attributes)
    {
        var node = new ProtoWriter();
        Array.ForEach(inputs, input => node.Text(OnnxFields.Node.Input, input));
        Array.ForEach(outputs, output => node.Text(OnnxFields.Node.Output, output));
        node.Text(OnnxFields.Node.OperatorType, type);
        Array.ForEach(attributes, attribute => node.Message(OnnxFields.Node.Attribute, attribute));
        return With(OnnxFields.Graph.Node, node);
    }

    public TestGraph Constant(OnnxTensor tensor)
    {
        _graph.Bytes(OnnxFields.Graph.Initializer, tensor.Encoded.Span);
        return this;
    }

    public TestGraph Constant(string name, OnnxDataType type, long[] dims, Action<ProtoWriter> rest) =>
        With(OnnxFields.Graph.Initializer, Tensor(name, type, dims, rest));

    public TestGraph Input(string name, OnnxDataType type, params OnnxDim[] dims) => With(OnnxFields.Graph.Input, new OnnxValue(name, type, dims).Write());

    public TestGraph Output(string name, params OnnxDim[] dims) => Output(name, OnnxDataType.Float, dims);

    public TestGraph Output(string name, OnnxDataType type, params OnnxDim[] dims) => With(OnnxFields.Graph.Output, new OnnxValue(name, type, dims).Write());

    /// <summary>Any field of the graph.</summary>
    public TestGraph With(int field, ProtoWriter message)
    {
        _graph.Message(field, message);
        return this;
    }

    /// <summary>Encodes the model; <paramref name="rest"/> adds fields to it.</summary>
    public byte[] Write(Action<ProtoWriter>? rest = null)
    {
        var model = new ProtoWriter()
            .Integer(OnnxFields.Model.IrVersion, 8)
            .Message(OnnxFields.Model.Graph, _graph)
            .Message(OnnxFields.Model.OperatorSetImport, new ProtoWriter().Integer(OnnxFields.OperatorSet.Version, OperatorSet));
        rest?.Invoke(model);
        return model.ToArray();
    }

    /// <summary>Writes the file to a folder.</summary>
    /// <returns>Its path.</returns>
    public string Save(string folder, Action<ProtoWriter>? rest = null)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, Write(rest));
        return path;
    }
}
