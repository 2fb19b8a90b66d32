namespace RerankFunctions.Inference.Onnx;

/// <summary>One operator call of a graph (<c>NodeProto</c>). What is not asked for stays as the file has it.</summary>
internal sealed class OnnxNode
{
    private OnnxNode(string operatorType, string domain, string[] inputs, string[] outputs, ReadOnlyMemory<byte> encoded)
    {
        OperatorType = operatorType;
        Domain = domain;
        Inputs = inputs;
        Outputs = outputs;
        Encoded = encoded;
    }

    /// <summary>Operator, for instance <c>MatMul</c>.</summary>
    public string OperatorType { get; }

    /// <summary>Operator set; empty for the standard one.</summary>
    public string Domain { get; }

    /// <summary>Names of its inputs; empty for one left out.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Names of its outputs; empty for one left out.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The node as protobuf.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Whether it is this operator of the standard set.</summary>
    public bool Is(string operatorType) => OperatorType == operatorType && Domain is "" or "ai.onnx";

    /// <summary>Reads a node in place.</summary>
    /// <exception cref="OnnxFormatException">One of the operators that are looked into has fewer inputs or outputs than it must.</exception>
    public static OnnxNode Read(ReadOnlyMemory<byte> encoded)
    {
        string operatorType = string.Empty, domain = string.Empty;
        List<string> inputs = [], outputs = [];
        for (var reader = new ProtoReader(encoded.Span); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(reader.ReadText());
                    break;
                case 2:
                    outputs.Add(reader.ReadText());
                    break;
                case 4:
                    operatorType = reader.ReadText();
                    break;
                case 7:
                    domain = reader.ReadText();
                    break;
            }
        }

        var (leastInputs, leastOutputs) = LeastOf(operatorType);
        return inputs.Count >= leastInputs && outputs.Count >= leastOutputs
            ? new OnnxNode(operatorType, domain, [.. inputs], [.. outputs], encoded)
            : throw new OnnxFormatException($"its node {PrintableName.Of(operatorType)} has {inputs.Count} inputs and {outputs.Count} outputs");
    }

    private static (int Inputs, int Outputs) LeastOf(string operatorType) => operatorType switch
    {
        "Constant" => (0, 1),
        "Cast" or "Concat" or "Identity" or "Transpose" => (1, 1),
        "DynamicQuantizeLinear" => (1, 3),
        "DequantizeLinear" or "Equal" or "MatMul" or "MatMulInteger" or "Mul" => (2, 1),
        _ => (0, 0),
    };

    /// <summary>A new node of the standard operator set.</summary>
    public static OnnxNode Create(string operatorType, string[] inputs, string output, params (string Name, long Value)[] attributes)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(3, output).Text(4, operatorType);
        foreach (var (name, value) in attributes)
        {
            node.Message(5, new ProtoWriter(32).Text(1, name).Integer(3, value).Integer(20, 2));
        }

        return new OnnxNode(operatorType, string.Empty, inputs, [output], node.Written);
    }

    /// <summary>The same node on other inputs.</summary>
    public OnnxNode WithInputs(params string[] inputs)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
        {
            if (reader.Field != 1)
            {
                node.Fields(Encoded.Span.Slice(reader.FieldStart, reader.FieldLength));
            }
        }

        return new OnnxNode(OperatorType, Domain, inputs, [.. Outputs], node.Written);
    }

    /// <summary>A whole-number attribute.</summary>
    public long? Integer(string name) => Attribute(name) is { } attribute ? OnnxAttribute.Integer(attribute.Span) : null;

    /// <summary>An attribute that is a list of whole numbers.</summary>
    public IReadOnlyList<long>? Integers(string name) => Attribute(name) is { } attribute ? OnnxAttribute.Integers(attribute.Span) : null;

    /// <summary>An attribute that is a tensor.</summary>
    public OnnxTensor? Tensor(string name) => Attribute(name) is { } attribute ? OnnxAttribute.Tensor(attribute) : null;

    /// <summary>Adds every name that graphs inside the node's attributes may take from around them.</summary>
    public void CollectNamesOfSubgraphs(HashSet<string> names)
    {
        for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
        {
            if (reader.Field == 5)
            {
                OnnxAttribute.CollectNames(Encoded.Slice(reader.ValueStart, reader.ValueLength), names);
            }
        }
    }

    private ReadOnlyMemory<byte>? Attribute(string name)
    {
        for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
        {
            if (reader.Field == 5 && OnnxAttribute.Name(reader.Value) == name)
            {
                return Encoded.Slice(reader.ValueStart, reader.ValueLength);
            }
        }

        return null;
    }
}
