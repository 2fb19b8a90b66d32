using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The constant that a language-model head multiplies with, found behind the nodes between it and the head.</summary>
/// <param name="Values">The constant: [hidden, vocabulary], or [vocabulary, hidden] when transposed on the way.</param>
/// <param name="IsTransposed">Whether its rows are tokens.</param>
/// <param name="ComputedAs">Element type that the head computes in.</param>
/// <param name="Scale">Scale of quantized values, one for all or one per token.</param>
/// <param name="ZeroPoint">Zero point of quantized values, likewise; null for 0.</param>
internal sealed record HeadWeight(OnnxTensor Values, bool IsTransposed, OnnxDataType ComputedAs, OnnxTensor? Scale, OnnxTensor? ZeroPoint)
{
    private const int MaxSteps = 8;

    /// <summary>
    /// Finds the constant behind a <c>MatMul</c>'s second input, over <c>Identity</c>, <c>Cast</c>, <c>Transpose</c> and <c>DequantizeLinear</c>.
    /// </summary>
    public static HeadWeight? Find(string name, OnnxProducers producers)
    {
        var isTransposed = false;
        OnnxDataType? computedAs = null;
        for (var step = 0; step < MaxSteps; step++)
        {
            if (producers.ConstantOf(name) is { } constant)
            {
                return new HeadWeight(constant, isTransposed, computedAs ?? constant.DataType, null, null);
            }

            if (producers.NodeOf(name) is not { } node)
            {
                return null;
            }

            if (node.Is("DequantizeLinear") && node.Inputs.Count >= 2)
            {
                var quantized = FindQuantized(node.Inputs[0], node.Inputs[1], node.Inputs.Count > 2 ? node.Inputs[2] : string.Empty, producers);
                return quantized is null ? null : quantized with { IsTransposed = isTransposed, ComputedAs = computedAs ?? quantized.Scale!.DataType };
            }

            if (node.Is("Cast"))
            {
                computedAs ??= (OnnxDataType)(node.Integer("to") ?? 0);
            }
            else if (node.Is("Transpose") && (node.Integers("perm") is not { } perm || perm.SequenceEqual([1L, 0L])))
            {
                isTransposed = !isTransposed;
            }
            else if (!node.Is("Identity"))
            {
                return null;
            }

            name = node.Inputs[0];
        }

        return null;
    }

    /// <summary>Finds a quantized constant with its scale and zero point; null if one of them is not constant.</summary>
    public static HeadWeight? FindQuantized(string values, string scale, string zeroPoint, OnnxProducers producers)
    {
        var constant = producers.ConstantOf(producers.Origin(values));
        var scales = producers.ConstantOf(producers.Origin(scale));
        var zeros = zeroPoint.Length == 0 ? null : producers.ConstantOf(producers.Origin(zeroPoint));
        return constant is not null && scales is not null && (zeroPoint.Length == 0 || zeros is not null)
            ? new HeadWeight(constant, false, OnnxDataType.Float, scales, zeros)
            : null;
    }

    /// <summary>
    /// Returns the column of one token minus the column of another; null when this is not a matrix over such a vocabulary, or its element type
    /// is not supported.
    /// </summary>
    public float[]? Difference(int plus, int minus, string folder, int maxHidden)
    {
        if (Values.Dims.Count != 2 || !Values.HasFloats || Scale is { HasFloats: false } || ZeroPoint is { HasFloats: false }
            || ComputedAs is not (OnnxDataType.Float or OnnxDataType.Float16 or OnnxDataType.BFloat16))
        {
            return null;
        }

        var (hidden, words) = IsTransposed ? (Values.Dims[1], Values.Dims[0]) : (Values.Dims[0], Values.Dims[1]);
        if (hidden is 0 || hidden > maxHidden || plus >= words || minus >= words || !IsOneOrPerToken(Scale, words) || !IsOneOrPerToken(ZeroPoint, words))
        {
            return null;
        }

        var first = Column(plus, (int)hidden, words, folder);
        var second = Column(minus, (int)hidden, words, folder);
        for (var i = 0; i < first.Length; i++)
        {
            first[i] -= second[i];
        }

        return first;
    }

    private static bool IsOneOrPerToken(OnnxTensor? tensor, long words) => tensor is null || tensor.Elements == 1 || tensor.Elements == words;

    private float[] Column(int word, int hidden, long words, string folder)
    {
        var column = IsTransposed ? Values.ReadFloats(word * (long)hidden, 1, hidden, folder) : Values.ReadFloats(word, words, hidden, folder);
        if (Scale is not null)
        {
            var scale = Single(Scale, word, folder);
            var zero = ZeroPoint is null ? 0 : Single(ZeroPoint, word, folder);
            for (var i = 0; i < column.Length; i++)
            {
                column[i] = (column[i] - zero) * scale;
            }
        }

        return column;
    }

    private static float Single(OnnxTensor tensor, int word, string folder) => tensor.ReadFloats(tensor.Elements == 1 ? 0 : word, 1, 1, folder)[0];
}
