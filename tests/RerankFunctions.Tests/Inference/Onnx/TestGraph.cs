using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Tests.Inference.Onnx;

/// <summary>Writes small ONNX files.</summary>
internal sealed class TestGraph
{
    private readonly ProtoWriter _graph = new();

    public TestGraph Node(string type, string[] inputs, params string[] outputs) => Node(type, inputs, outputs, []);

    public TestGraph Node(string type, string[] inputs, string[] outputs, params ProtoWriter[] attributes)
    {
        var node = new ProtoWriter();
        Array.ForEach(inputs, input => node.Text(1, input));
        Array.ForEach(outputs, output => node.Text(2, output));
        node.Text(4, type);
        Array.ForEach(attributes, attribute => node.Message(5, attribute));
        _graph.Message(1, node);
        return this;
    }

    public static ProtoWriter Integer(string name, long value) => new ProtoWriter().Text(1, name).Integer(3, value).Integer(20, 2);

    public static ProtoWriter Integers(string name, params long[] values)
    {
        var attribute = new ProtoWriter().Text(1, name);
        Array.ForEach(values, value => attribute.Integer(8, value));
        return attribute.Integer(20, 7);
    }

    public TestGraph Constant(OnnxTensor tensor)
    {
        _graph.Bytes(5, tensor.Encoded.Span);
        return this;
    }

    /// <summary>A tensor field by field; <paramref name="rest"/> adds the data.</summary>
    public TestGraph Constant(string name, OnnxDataType type, long[] dims, Action<ProtoWriter> rest)
    {
        var tensor = new ProtoWriter();
        Array.ForEach(dims, dim => tensor.Integer(1, dim));
        tensor.Integer(2, (long)type).Text(8, name);
        rest(tensor);
        _graph.Message(5, tensor);
        return this;
    }

    public static Action<ProtoWriter> External(string location, string? offset = null, string? length = null) => tensor =>
    {
        foreach (var (key, value) in new[] { ("location", location), ("offset", offset), ("length", length) })
        {
            if (value is not null)
            {
                tensor.Message(13, new ProtoWriter().Text(1, key).Text(2, value));
            }
        }

        tensor.Integer(14, 1);
    };

    public TestGraph Input(string name, OnnxDataType type, params OnnxDim[] dims)
    {
        _graph.Message(11, new OnnxValue(name, type, dims).Write());
        return this;
    }

    public TestGraph Output(string name, params OnnxDim[] dims) => Output(name, OnnxDataType.Float, dims);

    public TestGraph Output(string name, OnnxDataType type, params OnnxDim[] dims)
    {
        _graph.Message(12, new OnnxValue(name, type, dims).Write());
        return this;
    }

    public byte[] Write() => new ProtoWriter().Integer(1, 8).Message(7, _graph).Message(8, new ProtoWriter().Integer(2, 17)).ToArray();

    /// <summary>Writes the file and checks it.</summary>
    public string Save(string folder)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, Write());
        return path;
    }
}
