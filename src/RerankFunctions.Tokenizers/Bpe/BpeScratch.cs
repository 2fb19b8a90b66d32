using System.Text.Unicode;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>Working memory for one thread at a time: the text in UTF-8, and the merges of a word.</summary>
internal sealed class BpeScratch(BpeModel model)
{
    private const int KeptBytes = 1024 * 1024;

    private byte[] _utf8 = new byte[4096];
    private byte[] _known = [];

    /// <summary>Merges words.</summary>
    public Merger Merger { get; } = new(model.Merges, model.ByteIds);

    /// <summary>Recently merged words.</summary>
    public MergedWords Words { get; } = new();

    /// <summary>Converts a text to UTF-8, a lone surrogate to U+FFFD. The result is valid until the next call.</summary>
    /// <param name="text">UTF-16 text.</param>
    /// <param name="prefixed">Whether to put a space before it.</param>
    public ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<char> text, bool prefixed)
    {
        var prefix = prefixed ? 1 : 0;
        var needed = prefix + (text.Length * 3);
        if (_utf8.Length < needed || _utf8.Length > KeptBytes)
        {
            _utf8 = new byte[Math.Max(4096, needed)];
        }

        _utf8[0] = (byte)' ';
        _ = Utf8.FromUtf16(text, _utf8.AsSpan(prefix), out _, out var written, replaceInvalidSequences: true);
        return _utf8.AsSpan(0, prefix + written);
    }

    /// <summary>Returns the bytes of a word that have a token. The result is valid until the next call.</summary>
    public ReadOnlySpan<byte> Known(ReadOnlySpan<byte> word)
    {
        if (_known.Length < word.Length || _known.Length > KeptBytes)
        {
            _known = new byte[word.Length];
        }

        var count = 0;
        foreach (var value in word)
        {
            _known[count] = value;
            count += model.ByteIds[value] == BpeModel.NoToken ? 0 : 1;
        }

        return _known.AsSpan(0, count);
    }
}
