using System.Runtime.CompilerServices;
using RerankFunctions.Tokenizers.Unicode;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>
/// The regular expressions that split text into words before merging, as scanners over UTF-8: the same branches in the same order, each as
/// greedy as the expression, with classes of whole code points.
/// </summary>
internal abstract class SplitPattern
{
    private protected const CodePointClasses LetterOrNumber = CodePointClasses.Letter | CodePointClasses.Number;
    private protected const CodePointClasses Any = LetterOrNumber | CodePointClasses.WhiteSpace;

    private static readonly CodePointClasses[] Ascii = [.. Enumerable.Range(0, 128).Select(c => CodePointTable.ClassesOf(c) & Any)];

    /// <summary>
    /// The pattern of GPT-2, built into Hugging Face's ByteLevel pre-tokenizer:
    /// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
    /// </summary>
    public static SplitPattern Gpt2 { get; } = new Gpt2Pattern();

    /// <summary>The pattern of Qwen2 and Qwen3, <see cref="Qwen2Expression"/>.</summary>
    public static SplitPattern Qwen2 { get; } = new Qwen2Pattern();

    /// <summary>Qwen2's pattern as its tokenizer.json writes it.</summary>
    public const string Qwen2Expression =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Returns the end of the word that starts at an index. Every byte belongs to a word.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="start">Start of a code point inside the text.</param>
    public abstract int WordEnd(ReadOnlySpan<byte> text, int start);

    /// <summary>Returns whether a word always ends between two code points, whatever stands around them.</summary>
    /// <param name="left">Classes of the code point before the position.</param>
    /// <param name="right">Classes of the code point behind it.</param>
    /// <param name="rightUnit">First UTF-16 unit of the code point behind it.</param>
    public abstract bool IsWordEnd(CodePointClasses left, CodePointClasses right, char rightUnit);

    /// <summary>Returns the classes of the code point at an index; none at the end of the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static CodePointClasses ClassesAt(ReadOnlySpan<byte> text, int index, out int length)
    {
        length = 1;
        return (uint)index >= (uint)text.Length ? CodePointClasses.None
            : text[index] < 0x80 ? Ascii[text[index]]
            : LongClassesAt(text, index, out length);
    }

    /// <summary>Returns the end of a run of code points of a class.</summary>
    private protected static int RunEnd(ReadOnlySpan<byte> text, int index, CodePointClasses classes)
    {
        while (index < text.Length && (ClassesAt(text, index, out var length) & classes) != 0)
        {
            index += length;
        }

        return index;
    }

    /// <summary>Returns the end of a run of code points that are neither letter nor number nor white space.</summary>
    private protected static int OtherEnd(ReadOnlySpan<byte> text, int index)
    {
        while (index < text.Length && (ClassesAt(text, index, out var length) & Any) == 0)
        {
            index += length;
        }

        return index;
    }

    /// <summary><c>\s+(?!\S)|\s+</c>: a run of white space without its last code point, which belongs to the next word.</summary>
    private protected static int WhiteSpaceEnd(ReadOnlySpan<byte> text, int start, int end)
    {
        if (end == text.Length)
        {
            return end;
        }

        var last = end - 1;
        while ((text[last] & 0xC0) == 0x80)
        {
            last--;
        }

        return last > start ? last : end;
    }

    private static CodePointClasses LongClassesAt(ReadOnlySpan<byte> text, int index, out int length)
    {
        int codePoint = text[index];
        if (codePoint < 0xE0)
        {
            length = 2;
            codePoint = ((codePoint & 0x1F) << 6) | (text[index + 1] & 0x3F);
        }
        else if (codePoint < 0xF0)
        {
            length = 3;
            codePoint = ((codePoint & 0x0F) << 12) | ((text[index + 1] & 0x3F) << 6) | (text[index + 2] & 0x3F);
        }
        else
        {
            length = 4;
            codePoint = ((codePoint & 0x07) << 18) | ((text[index + 1] & 0x3F) << 12) | ((text[index + 2] & 0x3F) << 6) | (text[index + 3] & 0x3F);
        }

        return CodePointTable.ClassesOf(codePoint) & Any;
    }
}
