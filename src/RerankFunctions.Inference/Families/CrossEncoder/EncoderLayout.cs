using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>Inputs and output of an encoder's graph.</summary>
/// <param name="Inputs">Names of the inputs.</param>
/// <param name="Output">Name of the output with the logits.</param>
/// <param name="IsHalf">Whether the logits are fp16; otherwise they are fp32.</param>
/// <param name="PadId">The id that rows are padded with.</param>
internal sealed record EncoderLayout(IReadOnlyList<string> Inputs, string Output, bool IsHalf, int PadId)
{
    private static readonly string[] Supported = [TokenInputs.Ids, TokenInputs.AttentionMask, TokenInputs.TokenTypeIds];

    /// <summary>Whether the graph has the input <see cref="TokenInputs.TokenTypeIds"/>.</summary>
    public bool TakesTypes => Inputs.Contains(TokenInputs.TokenTypeIds, StringComparer.Ordinal);

    /// <summary>Reads and checks what a session declares.</summary>
    /// <param name="session">The session.</param>
    /// <param name="file">Name of the ONNX file, for messages.</param>
    /// <param name="output">Name of the output to read; null for <c>logits</c>, or the only one there is.</param>
    /// <param name="padId">The id that rows are padded with.</param>
    /// <exception cref="ModelLoadException">Inputs or outputs are not those of a cross-encoder.</exception>
    public static EncoderLayout Read(InferenceSession session, string file, string? output, int padId)
    {
        if (TokenInputs.FindFault([.. session.InputMetadata.Select(input => Declared(input.Key, input.Value))], Supported) is { } fault)
        {
            throw new ModelLoadException($"{file}: {fault}.");
        }

        var name = FindOutput(session, file, output);
        return new EncoderLayout(session.InputNames, name, session.OutputMetadata[name].ElementDataType is TensorElementType.Float16, padId);
    }

    private static string FindOutput(InferenceSession session, string file, string? wanted)
    {
        string name;
        try
        {
            name = LogitsOutput.Find(session.OutputNames, wanted);
        }
        catch (OnnxFormatException exception)
        {
            throw new ModelLoadException($"{file}: {exception.Message}.", exception);
        }

        var output = session.OutputMetadata[name];
        var isLogitPerRow = output.IsTensor && output.Dimensions is [-1, 1 or -1]
            && output.ElementDataType is TensorElementType.Float or TensorElementType.Float16;
        return isLogitPerRow
            ? name
            : throw new ModelLoadException(
                $"{file}: the output '{PrintableName.Of(name)}' is {Declared(name, output).Description}; a cross-encoder has Float [batch, 1].");
    }

    private static DeclaredTensor Declared(string name, NodeMetadata value) => value.IsTensor
        ? new DeclaredTensor(name, $"{value.ElementDataType}", [.. value.Dimensions.Select(static dim => dim < 0 ? null as long? : dim)])
        : new DeclaredTensor(name, $"a {value.OnnxValueType}", Dims: null);
}
