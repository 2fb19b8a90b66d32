namespace RerankFunctions.Inference.Onnx;

/// <summary>How the value of a field is encoded.</summary>
internal enum OnnxFieldKind
{
    /// <summary>UTF-8.</summary>
    Text,

    /// <summary>Bytes without a meaning for a reader of the structure.</summary>
    Bytes,

    /// <summary>A nested message.</summary>
    Message,

    /// <summary>A varint of 64 bits.</summary>
    Varint64,

    /// <summary>A varint of 32 bits.</summary>
    Varint32,

    /// <summary>A varint of a closed set: from 0 to <see cref="OnnxField.Max"/>.</summary>
    Enumeration,

    /// <summary>Four bytes.</summary>
    Fixed32,

    /// <summary>Eight bytes.</summary>
    Fixed64,
}

/// <summary>A field of a message.</summary>
/// <param name="Kind">Encoding of its value.</param>
/// <param name="IsRepeated">Whether it may occur more than once. Numbers may then be packed.</param>
internal readonly record struct OnnxField(OnnxFieldKind Kind, bool IsRepeated = false)
{
    /// <summary>The nested message of <see cref="OnnxFieldKind.Message"/>.</summary>
    public OnnxMessage Child { get; init; }

    /// <summary>The largest value of an <see cref="OnnxFieldKind.Enumeration"/>.</summary>
    public int Max { get; init; }

    /// <summary>Whether it belongs to the message's one <c>oneof</c>, of which a single field may occur.</summary>
    public bool IsOneOf { get; init; }
}
