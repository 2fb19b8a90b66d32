using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Quantization;

/// <summary>Weights in 8 bits with one scale for each column of the product: the largest weight of the column becomes ±127.</summary>
/// <param name="store">The weights.</param>
/// <param name="weight">A matrix [out, in] of floats.</param>
internal sealed class ColumnQuantization(WeightStore store, SafetensorsTensor weight)
{
    private const int Steps = 127;

    // Columns that are transposed together: their bytes stay in the first cache.
    private const int Tile = 64;

    private readonly int _columns = checked((int)weight.Dims[0]);
    private readonly int _inputs = checked((int)weight.Dims[1]);

    /// <summary>Writes the scales, [out].</summary>
    public void WriteScales(Span<float> scales)
    {
        var row = new float[_inputs];
        for (var column = 0; column < scales.Length; column++)
        {
            Read(column, row);
            scales[column] = LargestOf(row) / Steps;
        }
    }

    /// <summary>Writes the weights as the right side of a product, [in, out].</summary>
    /// <param name="encoding">How numbers are stored.</param>
    /// <param name="target">Receives the weights.</param>
    public void WriteWeights(WeightEncoding encoding, Span<byte> target)
    {
        var zero = WeightEncodings.ZeroOf(encoding);
        var row = new float[_inputs];
        var tile = new byte[Tile * _inputs];
        for (var first = 0; first < _columns; first += Tile)
        {
            var count = Math.Min(Tile, _columns - first);
            for (var column = 0; column < count; column++)
            {
                Read(first + column, row);
                Quantize(row, zero, tile.AsSpan(column * _inputs, _inputs));
            }

            for (var input = 0; input < _inputs; input++)
            {
                var line = target.Slice(checked((input * _columns) + first), count);
                for (var column = 0; column < count; column++)
                {
                    line[column] = tile[(column * _inputs) + input];
                }
            }
        }
    }

    /// <summary>
    /// Returns the largest loss of a column (<see cref="QuantizationRule"/>). Differences come from rounding: a weight far larger than the others of its column
    /// takes the steps that they need.
    /// </summary>
    public float MeasureLoss()
    {
        var row = new float[_inputs];
        var worst = 0f;
        for (var column = 0; column < _columns; column++)
        {
            Read(column, row);
            var largest = LargestOf(row);
            var (factor, step) = largest > 0 ? (Steps / largest, largest / Steps) : (0, 0);
            var (lost, whole) = (0f, float.Epsilon);
            foreach (var value in row)
            {
                if (!(MathF.Abs(value) >= largest * QuantizationRule.SmallPart))
                {
                    lost += MathF.Abs(value - (MathF.Round(value * factor) * step));
                    whole += MathF.Abs(value);
                }
            }

            worst = MathF.Max(worst, lost / whole);
        }

        return worst;
    }

    private static void Quantize(ReadOnlySpan<float> row, byte zero, Span<byte> target)
    {
        var largest = LargestOf(row);
        var factor = largest > 0 ? Steps / largest : 0;
        for (var i = 0; i < row.Length; i++)
        {
            target[i] = (byte)((int)MathF.Round(row[i] * factor) + zero);
        }
    }

    private static float LargestOf(ReadOnlySpan<float> row)
    {
        var largest = 0f;
        foreach (var value in row)
        {
            // A NaN stays one.
            largest = MathF.Max(largest, MathF.Abs(value));
        }

        return largest;
    }

    private void Read(int column, Span<float> row)
    {
        var size = _inputs * FloatConversion.SizeOf(weight.DataType);
        FloatConversion.ToFloats(store.Bytes(weight).Slice(column * size, size), weight.DataType, row);
    }
}
