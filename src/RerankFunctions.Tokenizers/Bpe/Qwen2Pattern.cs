using RerankFunctions.Tokenizers.Unicode;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>The scanner of <see cref="SplitPattern.Qwen2"/>.</summary>
internal sealed class Qwen2Pattern : SplitPattern
{
    /// <inheritdoc/>
    public override int WordEnd(ReadOnlySpan<byte> text, int start)
    {
        if (text[start] == (byte)'\'' && Contraction(text[(start + 1)..]) is > 0 and var letters)
        {
            return start + 1 + letters;
        }

        var classes = ClassesAt(text, start, out var length);
        var next = start + length;
        if ((classes & CodePointClasses.Letter) != 0)
        {
            return RunEnd(text, next, CodePointClasses.Letter);
        }

        if ((classes & CodePointClasses.Number) != 0)
        {
            return next;
        }

        var following = ClassesAt(text, next, out var followingLength);
        if ((following & CodePointClasses.Letter) != 0 && !IsLineEnd(text[start]))
        {
            return RunEnd(text, next + followingLength, CodePointClasses.Letter);
        }

        if (classes == CodePointClasses.None)
        {
            return LineEndsEnd(text, OtherEnd(text, next));
        }

        if (text[start] == (byte)' ' && next < text.Length && following == CodePointClasses.None)
        {
            return LineEndsEnd(text, OtherEnd(text, next + followingLength));
        }

        var end = RunEnd(text, next, CodePointClasses.WhiteSpace);
        var lineEnd = text[start..end].LastIndexOfAny((byte)'\r', (byte)'\n');
        return lineEnd >= 0 ? start + lineEnd + 1 : WhiteSpaceEnd(text, start, end);
    }

    /// <inheritdoc/>
    public override bool IsWordEnd(CodePointClasses left, CodePointClasses right, char rightUnit) => (left & Any) switch
    {
        CodePointClasses.Letter => (right & CodePointClasses.Letter) == 0,
        CodePointClasses.Number => true,
        CodePointClasses.None => (right & CodePointClasses.WhiteSpace) != 0 && rightUnit is not ('\r' or '\n'),
        _ => false,
    };

    private static bool IsLineEnd(byte value) => value is (byte)'\r' or (byte)'\n';

    private static int LineEndsEnd(ReadOnlySpan<byte> text, int index)
    {
        while (index < text.Length && IsLineEnd(text[index]))
        {
            index++;
        }

        return index;
    }

    // Case-insensitively, U+017F (long s, C5 BF in UTF-8) is an s.
    private static int Contraction(ReadOnlySpan<byte> text)
    {
        var first = text.Length > 0 ? text[0] | 0x20 : 0;
        var second = text.Length > 1 ? text[1] | 0x20 : 0;
        return first switch
        {
            's' or 't' or 'm' or 'd' => 1,
            'r' or 'v' => second == 'e' ? 2 : 0,
            'l' => second == 'l' ? 2 : 0,
            _ => text is [0xC5, 0xBF, ..] ? 2 : 0,
        };
    }
}
