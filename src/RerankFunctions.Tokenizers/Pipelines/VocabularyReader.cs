using System.Text.Json;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Pipelines;

/// <summary>Reads a <c>vocab</c> that maps tokens to ids.</summary>
internal static class VocabularyReader
{
    /// <summary>Reads the tokens by id. A gap is an error: Hugging Face's library never gives its id to an added token.</summary>
    /// <param name="part">The <c>vocab</c> object.</param>
    public static string[] Read(JsonPart part)
    {
        part.MustBe(JsonValueKind.Object, "an object");
        var tokens = new string[part.Element.GetPropertyCount()];
        foreach (var member in part.Element.EnumerateObject())
        {
            var token = part.Name(member);
            if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt32(out var id) || id < 0)
            {
                throw part.Error($"gives {JsonPart.Shown(token)} an id that is not an integer of at least 0.");
            }

            if (id >= tokens.Length)
            {
                throw part.Error($"gives {JsonPart.Shown(token)} the id {id}, which leaves a gap: there are {tokens.Length} tokens.");
            }

            if (tokens[id] is { } other)
            {
                throw part.Error($"gives the id {id} to {JsonPart.Shown(other)} and to {JsonPart.Shown(token)}.");
            }

            tokens[id] = token;
        }

        return tokens;
    }
}
