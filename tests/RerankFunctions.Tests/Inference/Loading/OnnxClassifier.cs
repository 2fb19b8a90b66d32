using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Tests.Inference.Loading;

/// <summary>The smallest graph that looks like a cross-encoder: the logit is the scaled mean of a row's ids, masked. Parts can be made wrong.</summary>
internal sealed record OnnxClassifier
{
    private const int Int64 = 7;
    private const int Float = 1;

    /// <summary>Name of the ids' input.</summary>
    public string Input { get; init; } = "input_ids";

    /// <summary>Rows that the inputs take; null for any number.</summary>
    public int? Rows { get; init; }

    /// <summary>Logits a row.</summary>
    public int Labels { get; init; } = 1;

    /// <summary>Operator that makes one number of a row.</summary>
    public string Pool { get; init; } = "ReduceMean";

    /// <summary>File that holds the factor; null for the graph itself.</summary>
    public string? WeightsAt { get; init; }

    public byte[] ToBytes()
    {
        var graph = new ProtoWriter()
            .Message(1, Node("Mul", [Input, "attention_mask"], "masked"))
            .Message(1, Node("Cast", ["masked"], "floats", Attribute("to", Float)))
            .Message(1, Node(Pool, ["floats"], "pooled", new ProtoWriter().Text(1, "axes").Integer(8, 1).Integer(20, 7)))
            .Message(1, Node("Mul", ["pooled", "factor"], "scaled"))
            .Message(1, Node("Concat", [.. Enumerable.Repeat("scaled", Labels)], "logits", Attribute("axis", 1)))
            .Text(2, "classifier")
            .Message(5, Factor())
            .Message(11, Value(Input, Int64, Rows, null))
            .Message(11, Value("attention_mask", Int64, Rows, null))
            .Message(12, Value("logits", Float, null, Labels));
        return new ProtoWriter()
            .Integer(1, 8)
            .Message(7, graph)
            .Message(8, new ProtoWriter().Integer(2, 17))
            .Written.ToArray();
    }

    private static ProtoWriter Node(string type, string[] inputs, string output, ProtoWriter? attribute = null)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(4, type);
        return attribute is null ? node : node.Message(5, attribute);
    }

    private static ProtoWriter Attribute(string name, long value) => new ProtoWriter().Text(1, name).Integer(3, value).Integer(20, 2);

    private static ProtoWriter Value(string name, int type, int? rows, int? columns) => new OnnxValue(
        name,
        (OnnxDataType)type,
        [new OnnxDim(rows, rows is null ? "batch" : null), new OnnxDim(columns, columns is null ? "width" : null)]).Write();

    private ProtoWriter Factor()
    {
        var tensor = new ProtoWriter().Integer(1, 1).Integer(2, Float).Text(8, "factor");
        return WeightsAt is null
            ? tensor.RawFloats(9, [2f])
            : tensor.Message(13, new ProtoWriter().Text(1, "location").Text(2, WeightsAt)).Integer(14, 1);
    }
}
