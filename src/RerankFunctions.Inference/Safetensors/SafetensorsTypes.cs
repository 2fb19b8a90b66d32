using System.Collections.Frozen;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Safetensors;

/// <summary>The element types of the format.</summary>
internal static class SafetensorsTypes
{
    private static readonly FrozenDictionary<string, (OnnxDataType Type, int Bits)> Types = new Dictionary<string, (OnnxDataType, int)>
    {
        ["BOOL"] = (OnnxDataType.Bool, 8),
        ["F4"] = (OnnxDataType.Float4E2M1, 4),
        ["F6_E2M3"] = (OnnxDataType.Undefined, 6),
        ["F6_E3M2"] = (OnnxDataType.Undefined, 6),
        ["U8"] = (OnnxDataType.UInt8, 8),
        ["I8"] = (OnnxDataType.Int8, 8),
        ["F8_E5M2"] = (OnnxDataType.Float8E5M2, 8),
        ["F8_E4M3"] = (OnnxDataType.Float8E4M3FN, 8),
        ["F8_E8M0"] = (OnnxDataType.Float8E8M0, 8),
        ["F8_E4M3FNUZ"] = (OnnxDataType.Float8E4M3FNUZ, 8),
        ["F8_E5M2FNUZ"] = (OnnxDataType.Float8E5M2FNUZ, 8),
        ["I16"] = (OnnxDataType.Int16, 16),
        ["U16"] = (OnnxDataType.UInt16, 16),
        ["F16"] = (OnnxDataType.Float16, 16),
        ["BF16"] = (OnnxDataType.BFloat16, 16),
        ["I32"] = (OnnxDataType.Int32, 32),
        ["U32"] = (OnnxDataType.UInt32, 32),
        ["F32"] = (OnnxDataType.Float, 32),
        ["C64"] = (OnnxDataType.Complex64, 64),
        ["F64"] = (OnnxDataType.Double, 64),
        ["I64"] = (OnnxDataType.Int64, 64),
        ["U64"] = (OnnxDataType.UInt64, 64),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the element type of a name and the bits of one element; null for an unknown name.</summary>
    public static (OnnxDataType Type, int Bits)? Find(string name) => Types.TryGetValue(name, out var type) ? type : null;
}
