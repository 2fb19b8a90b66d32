namespace RerankFunctions.Inference.Onnx;

/// <summary>One operator call of a graph (<c>NodeProto</c>).</summary>
/// <param name="operatorType">Operator, for instance <c>MatMul</c>.</param>
/// <param name="domain">Domain of the operator set; empty for the standard one.</param>
/// <param name="inputs">Names of its inputs; empty for an omitted one.</param>
/// <param name="outputs">Names of its outputs; empty for an omitted one.</param>
/// <param name="encoded">The node as protobuf.</param>
internal sealed class OnnxNode(string operatorType, string domain, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs, ReadOnlyMemory<byte> encoded)
{
    /// <summary>Operator, for instance <c>MatMul</c>.</summary>
    public string OperatorType => operatorType;

    /// <summary>Names of its inputs; empty for an omitted one.</summary>
    public IReadOnlyList<string> Inputs => inputs;

    /// <summary>Names of its outputs; empty for an omitted one.</summary>
    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>The node as protobuf.</summary>
    public ReadOnlyMemory<byte> Encoded => encoded;

    /// <summary>Returns whether the node calls this operator of the standard set.</summary>
    public bool Is(string standardOperator) => operatorType == standardOperator && domain is "" or "ai.onnx";

    /// <summary>Reads a node in place.</summary>
    /// <exception cref="OnnxFormatException">A call of an operator that is used here has too few inputs or outputs.</exception>
    public static OnnxNode Read(ReadOnlyMemory<byte> encoded)
    {
        string operatorType = string.Empty, domain = string.Empty;
        List<string> inputs = [], outputs = [];
        for (var reader = new ProtoReader(encoded.Span); reader.Next();)
        {
            switch (reader.Field)
            {
                case OnnxFields.Node.Input:
                    inputs.Add(reader.ReadText());
                    break;
                case OnnxFields.Node.Output:
                    outputs.Add(reader.ReadText());
                    break;
                case OnnxFields.Node.OperatorType:
                    operatorType = reader.ReadText();
                    break;
                case OnnxFields.Node.Domain:
                    domain = reader.ReadText();
                    break;
            }
        }

        var (minInputs, minOutputs) = MinCountsOf(operatorType);
        return inputs.Count >= minInputs && outputs.Count >= minOutputs
            ? new OnnxNode(operatorType, domain, inputs, outputs, encoded)
            : throw new OnnxFormatException($"its node {PrintableName.Of(operatorType)} has {inputs.Count} inputs and {outputs.Count} outputs");
    }

    private static (int Inputs, int Outputs) MinCountsOf(string operatorType) => operatorType switch
    {
        "Constant" => (0, 1),
        "Cast" or "Concat" or "Identity" or "Transpose" => (1, 1),
        "DynamicQuantizeLinear" => (1, 3),
        "DequantizeLinear" or "Equal" or "MatMul" or "MatMulInteger" or "Mul" => (2, 1),
        _ => (0, 0),
    };

    /// <summary>Creates a node of the standard operator set.</summary>
    public static OnnxNode Create(string operatorType, string[] inputs, string output, params (string Name, long Value)[] attributes) =>
        Create(string.Empty, operatorType, inputs, [output], Array.ConvertAll(attributes, attribute => NodeAttribute.Integer(attribute.Name, attribute.Value)));

    /// <summary>Creates a node.</summary>
    /// <param name="domain">Domain of the operator set; empty for the standard one.</param>
    /// <param name="operatorType">Operator.</param>
    /// <param name="inputs">Names of its inputs; empty for an omitted one.</param>
    /// <param name="outputs">Names of its outputs, the first of which names the node; empty for an omitted one.</param>
    /// <param name="attributes">Its attributes.</param>
    public static OnnxNode Create(
        string domain, string operatorType, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs, ReadOnlySpan<NodeAttribute> attributes)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(OnnxFields.Node.Input, input);
        }

        foreach (var output in outputs)
        {
            node.Text(OnnxFields.Node.Output, output);
        }

        node.Text(OnnxFields.Node.Name, outputs[0]).Text(OnnxFields.Node.OperatorType, operatorType);
        foreach (var attribute in attributes)
        {
            node.Message(OnnxFields.Node.Attribute, attribute.Encoded);
        }

        if (domain.Length > 0)
        {
            node.Text(OnnxFields.Node.Domain, domain);
        }

        return new OnnxNode(operatorType, domain, inputs, outputs, node.Written);
    }

    /// <summary>Returns the same call on other inputs.</summary>
    public OnnxNode WithInputs(params string[] inputs)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(OnnxFields.Node.Input, input);
        }

        for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
        {
            if (reader.Field != OnnxFields.Node.Input)
            {
                node.Fields(Encoded.Span.Slice(reader.FieldStart, reader.FieldLength));
            }
        }

        return new OnnxNode(operatorType, domain, inputs, outputs, node.Written);
    }

    /// <summary>Returns a whole-number attribute; null if there is none of this name.</summary>
    public long? Integer(string name) => Attribute(name) is { } attribute ? OnnxAttribute.Integer(attribute.Span) : null;

    /// <summary>Returns an attribute that is a list of whole numbers; null if there is none of this name.</summary>
    public IReadOnlyList<long>? Integers(string name) => Attribute(name) is { } attribute ? OnnxAttribute.Integers(attribute.Span) : null;

    /// <summary>Returns an attribute that is a tensor; null if there is none of this name.</summary>
    public OnnxTensor? Tensor(string name) => Attribute(name) is { } attribute ? OnnxAttribute.Tensor(attribute) : null;

    /// <summary>Adds the names that the graphs in the node's attributes use, which may be of values outside of them.</summary>
    public void CollectNamesOfSubgraphs(HashSet<string> names)
    {
        for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
        {
            if (reader.Field == OnnxFields.Node.Attribute)
            {
                OnnxAttribute.CollectNames(Encoded.Slice(reader.ValueStart, reader.ValueLength), names);
            }
        }
    }

    private ReadOnlyMemory<byte>? Attribute(string name)
    {
        for (var reader = new ProtoReader(Encoded.Span); reader.Next();)
        {
            if (reader.Field == OnnxFields.Node.Attribute && OnnxAttribute.NameOf(reader.Value) == name)
            {
                return Encoded.Slice(reader.ValueStart, reader.ValueLength);
            }
        }

        return null;
    }
}
