namespace RerankFunctions.Tokenizers.Unicode;

/// <summary>The positions in a text between two code points that normalization leaves as they are, with the classes of both.</summary>
/// <param name="text">UTF-16 text.</param>
/// <param name="from">The first position is behind the code point that starts here.</param>
/// <param name="changing">Classes of code points that normalization may change.</param>
internal ref struct StablePositions(ReadOnlySpan<char> text, int from, CodePointClasses changing)
{
    private readonly ReadOnlySpan<char> _text = text;
    private readonly CodePointClasses _changing = changing;
    private int _next = char.IsLowSurrogate(text[from]) ? from + 1 : from;

    /// <summary>The position.</summary>
    public int Position { get; private set; }

    /// <summary>Classes of the code point before the position.</summary>
    public CodePointClasses Left { get; private set; }

    /// <summary>Classes of the code point behind the position.</summary>
    public CodePointClasses Right { get; private set; } = changing;

    /// <summary>Moves to the next position.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        while (_next < _text.Length)
        {
            (Position, Left) = (_next, Right);
            Right = CodePointTable.ClassesOf(Utf16.CodePointAt(_text, _next, out var length));
            _next += length;
            if (((Left | Right) & _changing) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
