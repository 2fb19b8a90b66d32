using System.Text;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Unigram;

namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>Turns the visible space back into a space and removes the one before the first token.</summary>
internal sealed class MetaspaceDecoder(MetaspaceSettings settings) : TokenDecoder
{
    /// <summary>Reads the part.</summary>
    public static MetaspaceDecoder Create(JsonPart part) => new(MetaspaceSettings.Read(part));

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<string> tokens)
    {
        var text = new StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            // As in the original, the first token loses every mark, not only the leading one.
            var mark = i == 0 && settings.Prepend != PrependScheme.Never ? "" : " ";
            text.Append(tokens[i].Replace(settings.Replacement.ToString(), mark, StringComparison.Ordinal));
        }

        return text.ToString();
    }
}
