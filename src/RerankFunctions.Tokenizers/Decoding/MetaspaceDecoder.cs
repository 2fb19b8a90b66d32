using System.Text;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Unigram;

namespace RerankFunctions.Tokenizers.Decoding;

/// <summary>Turns the visible space back into a space; the one put before the first token goes away.</summary>
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
            // In the first token every mark goes away, not only the leading one: so does the original.
            var mark = i == 0 && settings.Prepend != PrependScheme.Never ? "" : " ";
            text.Append(tokens[i].Replace(settings.Replacement.ToString(), mark, StringComparison.Ordinal));
        }

        return text.ToString();
    }
}
