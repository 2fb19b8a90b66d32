using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>Which inputs and outputs of a graph a cross-encoder has, checked by the session's metadata.</summary>
internal static class EncoderSignature
{
    /// <summary>Ids, required.</summary>
    public const string InputIds = "input_ids";

    /// <summary>1 for tokens and 0 for padding.</summary>
    public const string AttentionMask = "attention_mask";

    /// <summary>0 for the query's segment and 1 for the document's, where the family has segments.</summary>
    public const string TokenTypeIds = "token_type_ids";

    private static readonly string[] Known = [InputIds, AttentionMask, TokenTypeIds];

    /// <summary>The names of the inputs.</summary>
    /// <exception cref="ModelLoadException">An input is missing, not known, or not of int64 [batch, length] with both free.</exception>
    public static string[] Inputs(InferenceSession session, string file)
    {
        foreach (var name in session.InputNames)
        {
            if (!Known.Contains(name, StringComparer.Ordinal))
            {
                throw new ModelLoadException($"{file}: the input '{name}' is none of a cross-encoder ({string.Join(", ", Known)}).");
            }

            var input = session.InputMetadata[name];
            if (!input.IsTensor || input.ElementDataType is not TensorElementType.Int64 || input.Dimensions.Length != 2 || input.Dimensions.Any(d => d != -1))
            {
                throw new ModelLoadException($"{file}: the input '{name}' is {Describe(input)}; it must be Int64 [batch, length] with both of any size.");
            }
        }

        return session.InputNames.Contains(InputIds, StringComparer.Ordinal) && session.InputNames.Contains(AttentionMask, StringComparer.Ordinal)
            ? [.. session.InputNames]
            : throw new ModelLoadException($"{file}: the inputs are {string.Join(", ", session.InputNames)}; {InputIds} and {AttentionMask} are needed.");
    }

    /// <summary>The name of the output with the logits: the one asked for, <c>logits</c>, or the only one.</summary>
    /// <exception cref="ModelLoadException">There is none, or it is not of floats [batch, 1].</exception>
    public static string Output(InferenceSession session, string file, string? asked)
    {
        var names = session.OutputNames;
        var name = asked ?? (names.Contains("logits", StringComparer.Ordinal) || names.Count != 1 ? "logits" : names[0]);
        if (!names.Contains(name, StringComparer.Ordinal))
        {
            throw new ModelLoadException($"{file}: there is no output '{name}', only {string.Join(", ", names)}.");
        }

        var output = session.OutputMetadata[name];
        var shaped = output.IsTensor && output.Dimensions.Length == 2 && output.Dimensions[0] == -1 && output.Dimensions[1] is 1 or -1;
        return shaped && output.ElementDataType is TensorElementType.Float or TensorElementType.Float16
            ? name
            : throw new ModelLoadException($"{file}: the output '{name}' is {Describe(output)}; a cross-encoder has Float [batch, 1].");
    }

    private static string Describe(NodeMetadata value) =>
        value.IsTensor ? $"{value.ElementDataType} [{string.Join(", ", value.Dimensions.Select(d => d < 0 ? "any" : $"{d}"))}]" : $"a {value.OnnxValueType}";
}
