using System.Text.Json;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>Reads <c>merges</c>, written as <c>["a","b"]</c> or, in files before tokenizers 0.20, as <c>"a b"</c>.</summary>
internal static class MergeReader
{
    /// <summary>Returns the merges by rank.</summary>
    public static List<(string Left, string Right)> Read(JsonPart part)
    {
        part.MustBe(JsonValueKind.Array, "an array");
        var merges = new List<(string, string)>(part.Element.GetArrayLength());
        foreach (var item in part.Element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 2)
            {
                merges.Add((Token(part, item[0]), Token(part, item[1])));
                continue;
            }

            var line = Token(part, item);
            if (line.StartsWith("#version", StringComparison.Ordinal))
            {
                continue;
            }

            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || line.IndexOf(' ', space + 1) >= 0)
            {
                throw part.Error($"has at index {merges.Count} something other than two tokens with a space between them: {JsonPart.Shown(line)}.");
            }

            merges.Add((line[..space], line[(space + 1)..]));
        }

        return merges;
    }

    private static string Token(JsonPart part, JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? new JsonPart(element, part.File, part.Path).String()
            : throw part.Error("has an element that is neither a pair of tokens nor a line with two of them.");
}
