using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Normalization;

/// <summary>The <c>Replace</c> normalizer, with a literal pattern or the regular expression for runs of spaces.</summary>
/// <param name="pattern">The text to replace.</param>
/// <param name="greedy">Whether the pattern's last unit may repeat.</param>
/// <param name="content">The replacement.</param>
internal sealed class ReplaceStep(string pattern, bool greedy, string content) : NormalizerStep
{
    // A replacement stands in the place of the last character that it replaces.
    private readonly bool _movesStart = content.Length == 0 || pattern.Length > (char.IsHighSurrogate(pattern[0]) ? 2 : 1);

    /// <inheritdoc/>
    public override int Growth { get; } = Math.Max(1, (content.Length + pattern.Length - 1) / pattern.Length);

    /// <summary>Reads the part.</summary>
    public static ReplaceStep Create(JsonPart part)
    {
        part.AllowOnly("type", "pattern", "content");
        var pattern = part.Required("pattern");
        pattern.AllowOnly("String", "Regex");
        var content = part.Required("content").String();
        if (pattern.Optional("Regex") is { } regex)
        {
            if (pattern.Optional("String") is not null)
            {
                throw pattern.Error("has a \"String\" beside its \"Regex\".");
            }

            // The only expression of the supported models. Others would need the original's regex engine.
            return regex.String() == " {2,}"
                ? new ReplaceStep("  ", greedy: true, content)
                : throw regex.Error($"is an unknown regular expression: {JsonPart.Shown(regex.String())}.");
        }

        var literal = pattern.Required("String");
        return literal.String().Length > 0
            ? new ReplaceStep(literal.String(), greedy: false, content)
            : throw literal.Error("is empty.");
    }

    /// <inheritdoc/>
    public override bool Keeps(char unit) => unit == ' ' ? pattern != " " : !pattern.AsSpan().Contains(unit);

    /// <inheritdoc/>
    public override void Apply(NormalizedText text)
    {
        var found = text.Units.IndexOf(pattern);
        if (found < 0)
        {
            return;
        }

        text.StartMoved |= found == 0 && _movesStart;
        var source = text.Rewrite();
        var units = source.Units;
        var position = 0;
        while (found >= 0)
        {
            var start = position + found;
            var end = start + pattern.Length;
            while (greedy && end < units.Length && units[end] == pattern[^1])
            {
                end++;
            }

            text.AppendFrom(source, position, start);
            text.AppendFor(source, start, end, content);
            position = end;
            found = units[position..].IndexOf(pattern);
        }

        text.AppendFrom(source, position, units.Length);
    }
}
