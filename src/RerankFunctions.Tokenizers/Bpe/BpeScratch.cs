using System.Text;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>Working memory of one thread at a time: the text in UTF-8, and the merging of a word.</summary>
internal sealed class BpeScratch(MergeTable merges)
{
    private const int KeptBytes = 1024 * 1024;

    private byte[] _utf8 = new byte[4096];

    /// <summary>The merging of words.</summary>
    public Merger Merger { get; } = new(merges);

    /// <summary>The text in UTF-8, a lone surrogate as U+FFFD; valid until the next call.</summary>
    /// <param name="text">UTF-16 text.</param>
    /// <param name="prefixed">Whether a space goes before it.</param>
    public ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<char> text, bool prefixed)
    {
        var prefix = prefixed ? 1 : 0;
        var needed = prefix + (text.Length * 3);
        if (_utf8.Length < needed || _utf8.Length > KeptBytes)
        {
            _utf8 = new byte[Math.Max(4096, needed)];
        }

        _utf8[0] = (byte)' ';
        return _utf8.AsSpan(0, prefix + Encoding.UTF8.GetBytes(text, _utf8.AsSpan(prefix)));
    }
}
