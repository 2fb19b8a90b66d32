using System.Text;

namespace RerankFunctions.Inference.Onnx;

/// <summary>Names from a model file, made fit for messages.</summary>
internal static class PrintableName
{
    private const int MaxUnits = 120;

    /// <summary>Returns a name without control characters, cut after 120 UTF-16 units.</summary>
    public static string Of(string name)
    {
        var shown = new StringBuilder();
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, MaxUnits)))
        {
            shown.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return shown.ToString();
    }
}
