using System.Text;

namespace RerankFunctions.Fuzz.Mutations;

/// <summary>Request bodies that grow by one rule: an opening, a repeated part, an end.</summary>
internal static class GrowthBodies
{
    // In the repeated part, @ is replaced by text and # by the number of the repetition.
    private static readonly (string Opening, string Part, string End)[] Shapes =
    [
        ("{\"query\":\"q\",\"documents\":[\"", "@", "\"]}"),
        ("{\"query\":\"", "@", "\",\"documents\":[\"d\"]}"),
        ("{\"query\":\"q\",\"documents\":[\"a\"", ",\"@\"", "]}"),
        ("{\"query\":\"q\",\"documents\":[\"a\"", ",{\"text\":\"@\"}", "]}"),
        ("{\"query\":\"q\",\"documents\":[\"a\"", ",{\"@\":1}", "]}"),
        ("{\"query\":\"q\",\"documents\":[{\"text\":\"a\"", ",\"#\":\"@\"", "}]}"),
        ("{\"query\":\"q\",\"documents\":[{\"a\":[", "[],", "0],\"text\":\"\"}]}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"]", ",\"#\":\"@\"", "}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"]", ",\"@#\":1", "}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"]", ",\"@\":1", "}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"],\"metadata\":{\"a\":\"b\"", ",\"@#\":\"@\"", "}}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"],\"top_n\":", "1", "}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"],\"top_n\":1e", "1", "}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"],\"top_n\":0.", "0", "1}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"],\"x\":", "[", ""),
        ("{\"query\":\"q\",\"documents\":[\"d\"],\"x\":", "{\"a\":", "1}"),
        ("{\"query\":\"q\",\"documents\":[", "[{\"a\":[0]}],", "0]}"),
        ("{\"query\":\"q\",\"documents\":[null", ",null", "]}"),
        ("{\"query\":\"q\",\"documents\":[\"d\"],\"texts\":[\"d\"]", ",\"passages\":[\"@\"]", "}"),
        ("", " ", "{}"),
        ("{", "\n", "}"),
        ("", "{}", ""),
        ("[", "\"@\",", "0]"),
        ("\"", "@", "\""),
    ];

    private static readonly string[] Units =
    [
        "a", "\u00e9", "\u4e2d", "\U0001F600", "\\n", "\\\\", "\\\"", "\\u0061", "\\u0000", "\\u0301", "\\ud83d\\ude00", "\\ud800", "\\",
        "\t", " ", "\u0301", "",
    ];

    /// <summary>Creates a random rule.</summary>
    /// <returns>A function that creates a body of about a given size in bytes.</returns>
    public static Func<int, byte[]> Next(Random random)
    {
        var (opening, part, end) = Shapes[random.Next(Shapes.Length)];
        var unit = Units[random.Next(Units.Length)] + (random.Next(3) == 0 ? Units[random.Next(Units.Length)] : "");
        if (part == "@" && unit.Length == 0)
        {
            unit = "a";
        }

        part = part.Replace("@", unit, StringComparison.Ordinal);
        return bytes =>
        {
            var body = new StringBuilder(opening);
            for (var number = 0; body.Length < bytes; number++)
            {
                body.Append(part).Replace("#", $"{number}", body.Length - part.Length, part.Length);
            }

            return Encoding.UTF8.GetBytes(body.Append(end).ToString());
        };
    }
}
