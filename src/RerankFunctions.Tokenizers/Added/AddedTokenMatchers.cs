using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Added;

/// <summary>The two searches for added tokens that a text goes through.</summary>
/// <param name="Raw">In the raw text.</param>
/// <param name="Normalized">In what the first leaves, normalized.</param>
internal sealed record AddedTokenMatchers(AddedTokenMatcher Raw, AddedTokenMatcher Normalized)
{
    /// <summary>Searches that find nothing.</summary>
    public static AddedTokenMatchers None { get; } = new(new AddedTokenMatcher([]), new AddedTokenMatcher([]));

    /// <summary>Makes the searches for some tokens.</summary>
    /// <param name="tokens">The tokens to find.</param>
    /// <param name="normalize">The normalizer, for the spelling of tokens that are looked for in normalized text.</param>
    /// <param name="part">The part that the tokens were read from.</param>
    public static AddedTokenMatchers Create(IEnumerable<AddedToken> tokens, Func<string, string> normalize, JsonPart? part)
    {
        var raw = new List<(AddedToken, string)>();
        var normalized = new List<(AddedToken, string)>();
        foreach (var token in tokens)
        {
            var spelling = token.Normalized ? normalize(token.Content) : token.Content;
            if (spelling.Length == 0)
            {
                throw part!.Value.Error($"has {JsonPart.Shown(token.Content)}, of which the normalizer leaves nothing.");
            }

            (token.Normalized ? normalized : raw).Add((token, spelling));
        }

        return new AddedTokenMatchers(new AddedTokenMatcher(raw), new AddedTokenMatcher(normalized));
    }
}
