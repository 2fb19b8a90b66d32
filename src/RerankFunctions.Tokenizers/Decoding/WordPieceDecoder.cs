using System.Text;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>Joins pieces to words and words with spaces.</summary>
/// <param name="prefix">Prefix of a piece that continues a word.</param>
/// <param name="cleanup">Whether English punctuation loses the space before it.</param>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : TokenDecoder
{
    private static readonly (string Spaced, string Joined)[] Cleanups =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"),
        (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>Reads the part.</summary>
    public static WordPieceDecoder Create(JsonPart part)
    {
        part.AllowOnly("type", "prefix", "cleanup");
        return new WordPieceDecoder(part.Required("prefix").String(), part.Required("cleanup").Boolean());
    }

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<string> tokens)
    {
        var text = new StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = i == 0 ? tokens[i] : tokens[i].StartsWith(prefix, StringComparison.Ordinal) ? tokens[i][prefix.Length..] : $" {tokens[i]}";
            text.Append(cleanup ? Clean(token) : token);
        }

        return text.ToString();
    }

    private static string Clean(string token)
    {
        foreach (var (spaced, joined) in Cleanups)
        {
            token = token.Replace(spaced, joined, StringComparison.Ordinal);
        }

        return token;
    }
}
