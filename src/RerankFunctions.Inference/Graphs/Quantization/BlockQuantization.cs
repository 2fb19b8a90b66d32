using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Quantization;

/// <summary>
/// Weights in 4 bits with one scale for each block of 32 weights of a column, in the layout of ONNX Runtime's <c>MatMulNBits</c>: numbers from 0 to 15, where
/// 8 stands for 0, two in a byte, the first one in its low half.
/// </summary>
/// <param name="store">The weights.</param>
/// <param name="weight">A matrix [out, in] of floats.</param>
internal sealed class BlockQuantization(WeightStore store, SafetensorsTensor weight)
{
    /// <summary>Number of weights in a block.</summary>
    public const int BlockSize = 32;

    /// <summary>Bits of a weight.</summary>
    public const int Bits = 4;

    private const int Zero = 8;
    private const int Largest = 15;

    private readonly int _inputs = checked((int)weight.Dims[1]);

    /// <summary>Number of blocks of a column.</summary>
    public int Blocks => (_inputs + BlockSize - 1) / BlockSize;

    /// <summary>Writes the scales, [out × blocks].</summary>
    public void WriteScales(Span<float> scales)
    {
        var row = new float[Blocks * BlockSize];
        for (var i = 0; i < scales.Length; i++)
        {
            if (i % Blocks == 0)
            {
                Read(i / Blocks, row);
            }

            scales[i] = ScaleOf(row.AsSpan(i % Blocks * BlockSize, BlockSize));
        }
    }

    /// <summary>Writes the weights, [out, blocks, 16].</summary>
    public void WriteWeights(Span<byte> target)
    {
        const int BlockBytes = BlockSize * Bits / 8;
        var row = new float[Blocks * BlockSize];
        for (var block = 0; block < target.Length / BlockBytes; block++)
        {
            if (block % Blocks == 0)
            {
                Read(block / Blocks, row);
            }

            var values = row.AsSpan(block % Blocks * BlockSize, BlockSize);
            var scale = ScaleOf(values);
            for (var i = 0; i < BlockBytes; i++)
            {
                target[(block * BlockBytes) + i] = (byte)(Quantize(values[2 * i], scale) | (Quantize(values[(2 * i) + 1], scale) << Bits));
            }
        }
    }

    // The weight that is farthest from 0 becomes −8, which has no opposite. A scale of NaN makes NaN of the whole block, so that a damaged model shows.
    private static float ScaleOf(ReadOnlySpan<float> values)
    {
        var farthest = 0f;
        foreach (var value in values)
        {
            if (float.IsNaN(value))
            {
                return float.NaN;
            }

            farthest = MathF.Abs(value) > MathF.Abs(farthest) ? value : farthest;
        }

        return farthest / -Zero;
    }

    private static int Quantize(float value, float scale) =>
        scale == 0 ? Zero : Math.Clamp((int)MathF.Round(value / scale) + Zero, 0, Largest);

    private void Read(int column, Span<float> row)
    {
        var size = _inputs * FloatConversion.SizeOf(weight.DataType);
        FloatConversion.ToFloats(store.Bytes(weight).Slice(column * size, size), weight.DataType, row[.._inputs]);
    }
}
