using System.Text.Json;
using RerankFunctions.Tokenizers.Added;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Pipelines;

/// <summary>Reads a <c>vocab</c> that maps tokens to ids.</summary>
internal static class VocabularyReader
{
    /// <summary>The tokens by id; null where an id is an added token's alone.</summary>
    /// <param name="part">The <c>vocab</c> object.</param>
    /// <param name="addedTokens">They may fill ids that the vocabulary leaves out; no other gap may be.</param>
    public static string?[] Read(JsonPart part, AddedTokenList addedTokens)
    {
        part.MustBe(JsonValueKind.Object, "an object");
        var count = part.Element.GetPropertyCount();
        var tokens = new string?[count + addedTokens.Tokens.Count];
        var size = 0;
        foreach (var member in part.Element.EnumerateObject())
        {
            var token = part.Name(member);
            if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt32(out var id) || id < 0)
            {
                throw part.Error($"gives {JsonPart.Shown(token)} an id that is not an integer from 0 on.");
            }

            if (id >= tokens.Length)
            {
                throw part.Error($"gives {JsonPart.Shown(token)} the id {id}, which leaves a gap: there are {count} tokens.");
            }

            if (tokens[id] is { } other)
            {
                throw part.Error($"gives the id {id} to {JsonPart.Shown(other)} and to {JsonPart.Shown(token)}.");
            }

            tokens[id] = token;
            size = Math.Max(size, id + 1);
        }

        for (var id = 0; id < size; id++)
        {
            if (tokens[id] is null && !addedTokens.TryGet(id, out _))
            {
                throw part.Error($"has no token with the id {id}, which no added token has either.");
            }
        }

        return tokens[..size];
    }
}
