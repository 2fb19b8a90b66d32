namespace RerankFunctions.Inference.Onnx;

/// <summary>Element types of ONNX tensors (<c>TensorProto.DataType</c>) that are named here.</summary>
internal enum OnnxDataType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Text = 8,
    Bool = 9,
    Float16 = 10,
    BFloat16 = 16,
}

/// <summary>Sizes of element types.</summary>
internal static class OnnxDataTypes
{
    /// <summary>Bits of one element by number of the type; 0 for text, −1 for a number that names no type.</summary>
    public static int Bits(int type) => type switch
    {
        1 or 6 or 12 => 32,
        2 or 3 or 9 or (>= 17 and <= 20) or 24 => 8,
        4 or 5 or 10 or 16 => 16,
        7 or 11 or 13 or 14 => 64,
        15 => 128,
        21 or 22 or 23 => 4,
        25 or 26 => 2,
        8 => 0,
        _ => -1,
    };
}
