using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The language-model head found in a graph: logits[b, s, v] = hidden[b, s, :] · weight[:, v].</summary>
/// <param name="Hidden">Name of the hidden state that it is applied to, [batch, sequence, hidden].</param>
/// <param name="HiddenIsFloat">Whether the hidden state is in fp32; else it is cast.</param>
/// <param name="Difference">Column of yes minus column of no: hidden · difference is the logit of a pair.</param>
internal sealed record CausalHead(string Hidden, bool HiddenIsFloat, float[] Difference)
{
    private const int MaxHidden = 1 << 17;

    /// <summary>
    /// Finds the head behind an output: a <c>MatMul</c> with a constant in fp32, fp16, bf16 or dequantized int8, its own or the word embedding's transposed,
    /// or ONNX Runtime's dynamic quantization of one (<c>DynamicQuantizeLinear</c>, <c>MatMulInteger</c>, scales multiplied in).
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="logits">Name of the output with the logits.</param>
    /// <param name="yes">Id of the token that means relevant.</param>
    /// <param name="no">Id of the token that means irrelevant.</param>
    /// <returns>Null when the head is none of these.</returns>
    /// <exception cref="OnnxFormatException">The weights cannot be read.</exception>
    public static CausalHead? Find(OnnxGraph graph, string logits, int yes, int no)
    {
        // An export that already keeps only the last position declares a length of one there.
        var declared = graph.Outputs.Find(output => output.Name == logits)?.Dims;
        if (declared is not { Count: 3 } || declared[1].Value is not null)
        {
            return null;
        }

        var producers = new OnnxProducers(graph);
        var head = producers.NodeOf(producers.Origin(logits, overCasts: true));
        return head switch
        {
            not null when head.Is("MatMul") => FromMatMul(head, producers, graph.Folder, yes, no),
            not null when head.Is("Mul") => FromQuantized(head, producers, graph.Folder, yes, no),
            _ => null,
        };
    }

    private static CausalHead? FromMatMul(OnnxNode head, OnnxProducers producers, string folder, int yes, int no) =>
        HeadWeight.Find(head.Inputs[1], producers) is { } weight && weight.Difference(yes, no, folder, MaxHidden) is { } difference
            ? new CausalHead(head.Inputs[0], weight.ComputedAs == OnnxDataType.Float, difference)
            : null;

    private static CausalHead? FromQuantized(OnnxNode head, OnnxProducers producers, string folder, int yes, int no)
    {
        var sides = head.Inputs.Select(input => producers.NodeOf(producers.Origin(input, overCasts: true))).ToArray();
        var product = Array.Find(sides, side => side is not null && side.Is("MatMulInteger"));
        var scales = Array.Find(sides, side => side is not null && side.Is("Mul"));
        if (product is null || scales is null || product.Inputs.Count < 3
            || producers.NodeOf(product.Inputs[0]) is not { } quantize || !quantize.Is("DynamicQuantizeLinear"))
        {
            return null;
        }

        var scale = scales.Inputs.FirstOrDefault(input => input != quantize.Outputs[1]);
        var isOfThisInput = scales.Inputs.Contains(quantize.Outputs[1]) && product.Inputs[2] == quantize.Outputs[2];
        return isOfThisInput && scale is not null
            && HeadWeight.FindQuantized(product.Inputs[1], scale, product.Inputs.Count > 3 ? product.Inputs[3] : string.Empty, producers) is { } weight
            && weight.Difference(yes, no, folder, MaxHidden) is { } difference
                ? new CausalHead(quantize.Inputs[0], HiddenIsFloat: true, difference)
                : null;
    }
}
