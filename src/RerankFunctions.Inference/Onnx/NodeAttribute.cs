namespace RerankFunctions.Inference.Onnx;

/// <summary>An attribute of a node that is written (<c>AttributeProto</c>).</summary>
/// <param name="Encoded">The attribute as protobuf.</param>
internal readonly record struct NodeAttribute(ProtoWriter Encoded)
{
    // AttributeProto.AttributeType
    private const int FloatType = 1;
    private const int IntegerType = 2;
    private const int IntegersType = 7;

    /// <summary>Creates an attribute that is a whole number.</summary>
    public static NodeAttribute Integer(string name, long value) =>
        new(Named(name).Integer(OnnxFields.Attribute.Integer, value).Integer(OnnxFields.Attribute.Type, IntegerType));

    /// <summary>Creates an attribute that is a number.</summary>
    public static NodeAttribute Float(string name, float value) =>
        new(Named(name).Float(OnnxFields.Attribute.Float, value).Integer(OnnxFields.Attribute.Type, FloatType));

    /// <summary>Creates an attribute that is a list of whole numbers.</summary>
    public static NodeAttribute Integers(string name, params ReadOnlySpan<long> values)
    {
        var attribute = Named(name);
        foreach (var value in values)
        {
            attribute.Integer(OnnxFields.Attribute.Integers, value);
        }

        return new NodeAttribute(attribute.Integer(OnnxFields.Attribute.Type, IntegersType));
    }

    private static ProtoWriter Named(string name) => new ProtoWriter(64).Text(OnnxFields.Attribute.Name, name);
}
