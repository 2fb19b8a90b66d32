namespace RerankFunctions.Cli.Outcomes;

/// <summary>Texts of documents and servers, made safe to print: control characters could drive the terminal.</summary>
internal static class SafeText
{
    /// <summary>Joins the words of a text with single spaces. Control characters separate words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxCharacters">Longest result; a longer text ends with an ellipsis.</param>
    public static string Line(string text, int maxCharacters)
    {
        var line = new System.Text.StringBuilder(Math.Min(text.Length, maxCharacters));
        var isGap = false;
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character) || char.IsControl(character))
            {
                isGap = line.Length > 0;
                continue;
            }

            if (line.Length + (isGap ? 1 : 0) >= maxCharacters)
            {
                return line.Remove(line.Length - 1, 1).Append('…').ToString();
            }

            line.Append(isGap ? " " : "").Append(character);
            isGap = false;
        }

        return line.ToString();
    }
}
