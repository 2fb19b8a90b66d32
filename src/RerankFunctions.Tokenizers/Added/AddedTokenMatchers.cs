using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Added;

/// <summary>The two searches for added tokens in a text.</summary>
/// <param name="Raw">In the raw text.</param>
/// <param name="Normalized">In the rest of the text, normalized.</param>
/// <param name="Cuts">Where a text can be cut before both.</param>
internal sealed record AddedTokenMatchers(AddedTokenMatcher Raw, AddedTokenMatcher Normalized, AddedTokenCuts Cuts)
{
    /// <summary>Creates the searches for a set of tokens.</summary>
    /// <param name="tokens">The tokens to find.</param>
    /// <param name="normalize">Normalizes the spelling of tokens that are found in normalized text.</param>
    /// <param name="part">The part that the tokens were read from.</param>
    public static AddedTokenMatchers Create(IEnumerable<AddedToken> tokens, Func<string, string> normalize, JsonPart? part)
    {
        var raw = new List<(AddedToken, string)>();
        var normalized = new List<(AddedToken, string)>();
        var spellings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            var spelling = token.Normalized ? normalize(token.Content) : token.Content;
            if (spelling.Length == 0)
            {
                throw part!.Value.Error($"has {JsonPart.Shown(token.Content)}, which the normalizer deletes.");
            }

            // Hugging Face's library finds any one of them, another each time that it loads the file.
            if (token.Normalized && !spellings.Add(spelling))
            {
                throw part!.Value.Error($"has {JsonPart.Shown(token.Content)}, which the normalizer makes equal to another added token.");
            }

            (token.Normalized ? normalized : raw).Add((token, spelling));
        }

        return new AddedTokenMatchers(new AddedTokenMatcher(raw), new AddedTokenMatcher(normalized), new AddedTokenCuts(raw.Concat(normalized)));
    }
}
