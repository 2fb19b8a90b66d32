using RerankFunctions.Inference.Graphs.Linear;
using RerankFunctions.Inference.Graphs.Weights;
using RerankFunctions.Inference.Graphs.Writing;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Safetensors;

namespace RerankFunctions.Inference.Graphs.Quantization;

/// <summary>
/// Matrix products in floats, and what 8 bits would lose of their weights and of their inputs (<see cref="QuantizationRule"/>). Weights are converted in the
/// run, so that no copy of them is made before.
/// </summary>
internal sealed class MeasuringLinear : LinearForm
{
    /// <summary>Output, float [products]: the mean loss of the tokens of each input, in the order in which products are written.</summary>
    public const string Losses = "rerank.losses";

    private const float Tiny = 1e-30f;

    private readonly List<string> _losses = [];
    private readonly List<SafetensorsTensor[]> _weights = [];

    /// <summary>The largest loss of a column of each product's weights, in the order in which products are written.</summary>
    public IReadOnlyList<float> WeightLosses { get; private set; } = [];

    /// <inheritdoc/>
    public override string[] Write(GraphWriter graph, string input, params ReadOnlySpan<SafetensorsTensor> weights)
    {
        _losses.Add(WriteLoss(graph, input));
        _weights.Add(weights.ToArray());
        var products = new string[weights.Length];
        for (var i = 0; i < products.Length; i++)
        {
            var matrix = graph.Mapped(weights[i]);
            matrix = weights[i].DataType == graph.Type ? matrix : graph.Call("Cast", [matrix], NodeAttribute.Integer("to", (long)graph.Type));
            products[i] = graph.CallRuntime("FusedMatMul", [input, matrix], NodeAttribute.Integer("transB", 1));
        }

        return products;
    }

    /// <inheritdoc/>
    public override void Complete(GraphWriter graph)
    {
        graph.CallAs(Losses, "Concat", [.. _losses], NodeAttribute.Integer("axis", 0));
        graph.Output(Losses, OnnxDataType.Float, new OnnxDim(null, "products"));
        var losses = new float[_weights.Count];
        try
        {
            Parallel.For(0, losses.Length, i => losses[i] = _weights[i].Max(weight => new ColumnQuantization(graph.Weights, weight).MeasureLoss()));
        }
        catch (AggregateException exception)
        {
            throw ConversionFailure.Of(exception);
        }

        WeightLosses = losses;
    }

    private static string WriteLoss(GraphWriter graph, string input)
    {
        var rows = QuantizedRows.Write(graph, input);
        var numbers = graph.Call("DequantizeLinear", [rows.Numbers, QuantizedRows.Scale(graph), QuantizedRows.Zero(graph)]);
        var difference = graph.Call("Sub", [input, graph.Call("Mul", [numbers, rows.Magnitudes])]);
        var magnitudes = graph.Call("Abs", [input]);
        var isSmall = graph.Call("Less", [magnitudes, graph.Call("Mul", [rows.Magnitudes, graph.Scalar(QuantizationRule.SmallPart)])]);
        var small = graph.Call("Cast", [isSmall], NodeAttribute.Integer("to", (long)OnnxDataType.Float));
        var whole = graph.Call("Add", [SumWhere(graph, magnitudes, small), graph.Scalar(Tiny)]);
        var loss = graph.Call("Div", [SumWhere(graph, graph.Call("Abs", [difference]), small), whole]);
        return graph.Call("Reshape", [graph.Call("ReduceMean", [loss], NodeAttribute.Integer("keepdims", 0)), graph.Integers(1)]);
    }

    private static string SumWhere(GraphWriter graph, string input, string condition) =>
        graph.Call("ReduceSum", [graph.Call("Mul", [input, condition]), graph.Integers(-1)]);
}
