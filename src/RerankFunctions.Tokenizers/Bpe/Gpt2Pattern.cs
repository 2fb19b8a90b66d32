using RerankFunctions.Tokenizers.Unicode;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>The scanner of <see cref="SplitPattern.Gpt2"/>.</summary>
internal sealed class Gpt2Pattern : SplitPattern
{
    /// <inheritdoc/>
    public override int WordEnd(ReadOnlySpan<byte> text, int start)
    {
        if (text[start] == (byte)'\'' && Contraction(text[(start + 1)..]) is > 0 and var letters)
        {
            return start + 1 + letters;
        }

        var first = text[start] == (byte)' ' ? start + 1 : start;
        if (first < text.Length)
        {
            var classes = ClassesAt(text, first, out var length);
            if (classes == CodePointClasses.None)
            {
                return OtherEnd(text, first + length);
            }

            if ((classes & LetterOrNumber) != 0)
            {
                return RunEnd(text, first + length, classes & LetterOrNumber);
            }
        }

        return WhiteSpaceEnd(text, start, RunEnd(text, start, CodePointClasses.WhiteSpace));
    }

    /// <inheritdoc/>
    public override bool IsWordEnd(CodePointClasses left, CodePointClasses right, char rightUnit) => (left & Any) switch
    {
        CodePointClasses.Letter => (right & CodePointClasses.Letter) == 0,
        CodePointClasses.Number => (right & CodePointClasses.Number) == 0,
        CodePointClasses.None => (right & CodePointClasses.WhiteSpace) != 0,
        _ => false,
    };

    private static int Contraction(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'s' or (byte)'t' or (byte)'m' or (byte)'d', ..] => 1,
        [(byte)'r' or (byte)'v', (byte)'e', ..] or [(byte)'l', (byte)'l', ..] => 2,
        _ => 0,
    };
}
