using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>An input that takes a layer's keys or values of earlier tokens, [rows, heads, tokens, head size].</summary>
/// <param name="Name">Its name, for instance <c>past_key_values.0.key</c>.</param>
/// <param name="ElementType">Float or Float16.</param>
/// <param name="Heads">Heads of keys and values.</param>
/// <param name="HeadSize">Numbers a head.</param>
internal sealed record PastInput(string Name, OnnxDataType ElementType, long Heads, long HeadSize)
{
    /// <summary>What their names begin with.</summary>
    public const string Prefix = "past_key_values.";

    // Two a layer; the deepest models have some 130 layers.
    private const int Most = 1024;

    /// <summary>The inputs of this kind that a graph declares.</summary>
    /// <exception cref="OnnxFormatException">One has a shape or a type that keys and values do not have, or there are too many.</exception>
    public static IReadOnlyList<PastInput> Find(OnnxGraph graph)
    {
        var found = graph.Inputs.FindAll(input => input.Name.StartsWith(Prefix, StringComparison.Ordinal));
        return found.Count <= Most ? found.ConvertAll(Read) : throw new OnnxFormatException($"it has {found.Count} past inputs; {Most} are the most");
    }

    private static PastInput Read(OnnxValue input) =>
        input is { ElementType: OnnxDataType.Float or OnnxDataType.Float16, Dims: { Count: 4 } dims }
        && dims[1].Value is > 0 and < 1 << 16 and { } heads && dims[3].Value is > 0 and < 1 << 16 and { } size
            ? new PastInput(input.Name, input.ElementType, heads, size)
            : throw new OnnxFormatException($"its input {PrintableName.Of(input.Name)} is not [rows, heads, tokens, head size] of float or float16");
}
