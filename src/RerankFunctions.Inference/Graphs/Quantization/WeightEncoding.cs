using System.Runtime.Intrinsics.X86;

namespace RerankFunctions.Inference.Graphs.Quantization;

/// <summary>How weights of 8 bits are stored for products with activations of 8 bits without sign.</summary>
internal enum WeightEncoding
{
    /// <summary>From −127 to 127, with sign.</summary>
    Signed,

    /// <summary>From 1 to 255, without sign, where 128 stands for 0.</summary>
    Offset,
}

/// <summary>The encoding for a processor.</summary>
internal static class WeightEncodings
{
    private const int VectorNeuralNetworkBit = 1 << 11;

    /// <summary>
    /// The encoding that this processor multiplies without loss, and fast. Without VNNI, ONNX Runtime adds two products of unsigned and signed numbers in
    /// 16 bits, which saturate: the result is wrong. It widens unsigned numbers first, so their products are exact on every processor.
    /// </summary>
    public static WeightEncoding OfProcessor { get; } = HasVnni() ? WeightEncoding.Signed : WeightEncoding.Offset;

    /// <summary>Returns what stands for 0.</summary>
    public static byte ZeroOf(WeightEncoding encoding) => encoding == WeightEncoding.Signed ? (byte)0 : (byte)128;

    // Leaf 7 of CPUID. The operating system must have switched AVX-512 on as well, which Avx512BW tells.
    private static bool HasVnni() =>
        AvxVnni.IsSupported || (Avx512BW.IsSupported && (X86Base.CpuId(7, 0).Ecx & VectorNeuralNetworkBit) != 0);
}
