using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Documents;

/// <summary>The cuts between the chunks of one document: at starts of tokens, between words where there are some.</summary>
/// <param name="text">The document.</param>
/// <param name="tokens">Offsets of the tokens that are read, in text order.</param>
/// <param name="plan">Sizes.</param>
internal readonly ref struct ChunkCutter(ReadOnlySpan<char> text, IReadOnlyList<(int Start, int End)> tokens, ChunkPlan plan)
{
    private readonly ReadOnlySpan<char> _text = text;

    /// <summary>Cuts the document.</summary>
    /// <param name="end">Position behind the text that is read.</param>
    public List<TextRange> Cut(int end)
    {
        var ranges = new List<TextRange>();
        if (tokens.Count <= plan.Room)
        {
            ranges.Add(new TextRange(0, end));
            return ranges;
        }

        var first = 0;
        while (first + plan.Size < tokens.Count)
        {
            var last = FindBreak(first + plan.Size);
            ranges.Add(RangeOf(PositionOf(first), PositionOf(last)));
            // The last chunk is as long as the others, so that what stands at its start has context.
            first = FindBreak(Math.Min(last - plan.Overlap, tokens.Count - plan.Size + plan.Slack));
        }

        ranges.Add(RangeOf(PositionOf(first), end));
        return ranges;
    }

    /// <summary>Returns the last token up to a token that begins a word; the token itself where there is none within the slack.</summary>
    private int FindBreak(int token)
    {
        for (var candidate = token; candidate > Math.Max(0, token - plan.Slack); candidate--)
        {
            var position = PositionOf(candidate);
            if (position > 0 && (char.IsWhiteSpace(_text[position - 1]) || char.IsWhiteSpace(_text[position])))
            {
                return candidate;
            }
        }

        return token;
    }

    // Normalization may put marks of one character into another order.
    private static TextRange RangeOf(int start, int end) => new(start, Math.Max(start, end));

    // Several tokens may share a character.
    private int PositionOf(int token)
    {
        var position = token == 0 ? 0 : tokens[token].Start;
        return position > 0 && position < _text.Length && char.IsLowSurrogate(_text[position]) && char.IsHighSurrogate(_text[position - 1])
            ? position - 1
            : position;
    }
}
