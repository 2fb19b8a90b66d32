using System.Runtime.InteropServices;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Graphs.Weights;

/// <summary>Conversions between the types of weights: F32, F16 and BF16, little-endian.</summary>
internal static class FloatConversion
{
    /// <summary>Returns the size of an element in bytes.</summary>
    public static int SizeOf(OnnxDataType type) => type == OnnxDataType.Float ? sizeof(float) : sizeof(ushort);

    /// <summary>Reads values as 32-bit floats.</summary>
    /// <param name="source">The values.</param>
    /// <param name="type">Their type.</param>
    /// <param name="target">Receives as many floats.</param>
    public static void ToFloats(ReadOnlySpan<byte> source, OnnxDataType type, Span<float> target)
    {
        switch (type)
        {
            case OnnxDataType.Float:
                source.CopyTo(MemoryMarshal.AsBytes(target));
                break;
            case OnnxDataType.Float16:
                var halves = MemoryMarshal.Cast<byte, Half>(source);
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = (float)halves[i];
                }

                break;
            case OnnxDataType.BFloat16:
                var words = MemoryMarshal.Cast<byte, ushort>(source);
                var bits = MemoryMarshal.Cast<float, uint>(target);
                for (var i = 0; i < bits.Length; i++)
                {
                    bits[i] = (uint)words[i] << 16;
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    /// <summary>Writes 32-bit floats as another type.</summary>
    /// <param name="source">The floats.</param>
    /// <param name="type">Float or Float16.</param>
    /// <param name="target">Receives the values.</param>
    /// <returns>False if a finite value is beyond the range of the type.</returns>
    public static bool FromFloats(ReadOnlySpan<float> source, OnnxDataType type, Span<byte> target)
    {
        if (type == OnnxDataType.Float)
        {
            MemoryMarshal.AsBytes(source).CopyTo(target);
            return true;
        }

        var fits = true;
        var halves = MemoryMarshal.Cast<byte, Half>(target);
        for (var i = 0; i < source.Length; i++)
        {
            halves[i] = (Half)source[i];
            fits &= Half.IsFinite(halves[i]) || !float.IsFinite(source[i]);
        }

        return fits;
    }
}
