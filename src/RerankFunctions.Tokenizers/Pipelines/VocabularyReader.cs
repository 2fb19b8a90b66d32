using System.Text.Json;
using RerankFunctions.Tokenizers.Added;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Pipelines;

/// <summary>Reads a <c>vocab</c> that maps tokens to ids.</summary>
internal static class VocabularyReader
{
    /// <summary>Reads the tokens by id; null for an id that only an added token has.</summary>
    /// <param name="part">The <c>vocab</c> object.</param>
    /// <param name="addedTokens">Tokens whose ids the vocabulary may leave out. Other gaps are errors.</param>
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
                throw part.Error($"gives {JsonPart.Shown(token)} an id that is not an integer of at least 0.");
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
                throw part.Error($"has no token with the id {id}, and no added token has that id.");
            }
        }

        return tokens[..size];
    }
}
