using RerankFunctions.Inference.Onnx;

namespace RerankFunctions.Inference.Families;

/// <summary>The rule for which output of a graph holds the logits.</summary>
internal static class LogitsOutput
{
    /// <summary>Name of the output, unless <c>rerank.json</c> names another one.</summary>
    public const string Logits = "logits";

    /// <summary>Returns the name of the output to read.</summary>
    /// <param name="declared">Names of the outputs.</param>
    /// <param name="wanted">The name in <c>rerank.json</c>; null for <c>logits</c>, or the only one there is.</param>
    /// <exception cref="OnnxFormatException">There is no such output.</exception>
    public static string Find(IReadOnlyCollection<string> declared, string? wanted)
    {
        var name = wanted ?? (declared.Count == 1 ? declared.First() : Logits);
        return declared.Contains(name, StringComparer.Ordinal)
            ? name
            : throw new OnnxFormatException($"there is no output '{PrintableName.Of(name)}', only {string.Join(", ", declared.Select(PrintableName.Of))}");
    }
}
