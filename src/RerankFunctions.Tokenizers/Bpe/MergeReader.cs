using System.Text.Json;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>Reads <c>merges</c>, written as <c>["a","b"]</c> or, in files before tokenizers 0.20, as <c>"a b"</c>.</summary>
internal static class MergeReader
{
    /// <summary>The merges by rank.</summary>
    public static List<(string Left, string Right)> Read(JsonPart part)
    {
        part.MustBe(JsonValueKind.Array, "an array");
        var merges = new List<(string, string)>(part.Element.GetArrayLength());
        foreach (var item in part.Items())
        {
            if (item.Element.ValueKind == JsonValueKind.Array)
            {
                if (item.Element.GetArrayLength() != 2)
                    throw item.Error("does not name two tokens.");
                JsonPart[] pair = [.. item.Items()];
                merges.Add((pair[0].String(), pair[1].String()));
                continue;
            }

            var line = item.String();
            if (line.StartsWith("#version", StringComparison.Ordinal))
            {
                continue;
            }

            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || line.IndexOf(' ', space + 1) >= 0)
                throw item.Error("does not name two tokens with a space between them.");
            merges.Add((line[..space], line[(space + 1)..]));
        }

        return merges;
    }
}
