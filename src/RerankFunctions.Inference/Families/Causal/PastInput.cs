using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RerankFunctions.Inference.Graphs.Decoders;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>An input that takes a layer's keys or values of earlier tokens, [rows, heads, tokens, head size].</summary>
/// <param name="Name">Its name, for instance <c>past_key_values.0.key</c>.</param>
/// <param name="ElementType">Float or Float16.</param>
/// <param name="Heads">Number of heads of keys and values.</param>
/// <param name="HeadSize">Size of a head.</param>
internal sealed record PastInput(string Name, OnnxDataType ElementType, long Heads, long HeadSize)
{
    /// <summary>Start of the names of these inputs.</summary>
    public const string Prefix = CausalPorts.Past;

    // Two per layer; the deepest models have some 130 layers.
    private const int MaxCount = 1024;

    /// <summary>Finds the inputs of this kind that a graph declares.</summary>
    /// <exception cref="OnnxFormatException">One has a shape or a type that keys and values do not have, or there are too many.</exception>
    public static IReadOnlyList<PastInput> Find(OnnxGraph graph)
    {
        var found = graph.Inputs.FindAll(input => input.Name.StartsWith(Prefix, StringComparison.Ordinal));
        return found.Count <= MaxCount
            ? found.ConvertAll(Read)
            : throw new OnnxFormatException($"it has {found.Count} past inputs; the maximum is {MaxCount}");
    }

    /// <summary>Creates the keys or values of some tokens, not yet computed, in memory of their own.</summary>
    public OrtValue Create(long rows, long tokens) => OrtValue.CreateAllocatedTensorValue(
        OrtAllocator.DefaultInstance,
        ElementType == OnnxDataType.Float ? TensorElementType.Float : TensorElementType.Float16,
        [rows, Heads, tokens, HeadSize]);

    /// <summary>Returns the size in bytes of one row of keys or values.</summary>
    public long BytesOf(long tokens) => tokens * Heads * HeadSize * (ElementType == OnnxDataType.Float ? sizeof(float) : sizeof(ushort));

    /// <summary>Reads the declaration of an input of this kind.</summary>
    /// <exception cref="OnnxFormatException">It has a shape or a type that keys and values do not have.</exception>
    public static PastInput Read(OnnxValue input) =>
        input is { ElementType: OnnxDataType.Float or OnnxDataType.Float16, Dims: { Count: 4 } dims }
        && dims[1].Value is > 0 and < 1 << 16 and { } heads && dims[3].Value is > 0 and < 1 << 16 and { } size
            ? new PastInput(input.Name, input.ElementType, heads, size)
            : throw new OnnxFormatException($"its input {PrintableName.Of(input.Name)} is not [rows, heads, tokens, head size] of float or float16");
}
