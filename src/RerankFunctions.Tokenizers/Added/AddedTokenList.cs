using System.Collections.Frozen;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Added;

/// <summary>The <c>added_tokens</c> of a file.</summary>
internal sealed class AddedTokenList
{
    private const int MaxId = 16 * 1024 * 1024;
    private const int MaxTokens = 65_536;
    private const int MaxContentUnits = 1024;

    // A matcher holds one trie node per unit.
    private const int MaxTotalUnits = 1024 * 1024;

    private readonly FrozenDictionary<string, AddedToken> _byContent;
    private readonly FrozenDictionary<int, AddedToken> _byId;

    private AddedTokenList(List<AddedToken> tokens)
    {
        Tokens = tokens;
        _byContent = tokens.ToFrozenDictionary(token => token.Content, StringComparer.Ordinal);
        _byId = tokens.ToFrozenDictionary(token => token.Id);
        MaxUsedId = tokens.Count == 0 ? -1 : tokens.Max(token => token.Id);
    }

    /// <summary>The tokens in file order.</summary>
    public IReadOnlyList<AddedToken> Tokens { get; }

    /// <summary>The largest id; −1 without tokens.</summary>
    public int MaxUsedId { get; }

    /// <summary>Reads the list. A missing part is an empty list.</summary>
    public static AddedTokenList Read(JsonPart? part)
    {
        var tokens = new List<AddedToken>();
        var contents = new HashSet<string>(StringComparer.Ordinal);
        var ids = new HashSet<int>();
        var units = 0;
        foreach (var item in part?.Items() ?? [])
        {
            item.AllowOnly("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
            var token = new AddedToken(
                item.Required("id").Integer(0, MaxId),
                item.Required("content").String(),
                item.Required("single_word").Boolean(),
                item.Required("lstrip").Boolean(),
                item.Required("rstrip").Boolean(),
                item.Required("normalized").Boolean(),
                item.Required("special").Boolean());
            if (token.Content.Length == 0)
            {
                throw item.Error("has an empty \"content\".");
            }

            if (token.Content.Length > MaxContentUnits)
            {
                throw item.Error($"has a \"content\" of more than {MaxContentUnits} characters.");
            }

            units += token.Content.Length;
            if (units > MaxTotalUnits)
            {
                throw part!.Value.Error($"has tokens of more than {MaxTotalUnits} characters in total.");
            }

            if (!ids.Add(token.Id))
            {
                throw item.Error($"has the id {token.Id} of another added token.");
            }

            if (!contents.Add(token.Content))
            {
                throw item.Error($"has the content {JsonPart.Shown(token.Content)} of another added token.");
            }

            if (tokens.Count == MaxTokens)
            {
                throw part!.Value.Error($"has more than {MaxTokens} tokens.");
            }

            tokens.Add(token);
        }

        return new AddedTokenList(tokens);
    }

    /// <summary>Looks up an added token by id.</summary>
    public bool TryGet(int id, out AddedToken? token) => _byId.TryGetValue(id, out token);

    /// <summary>Looks up an added token by its spelling.</summary>
    public bool TryGet(string content, out AddedToken? token) => _byContent.TryGetValue(content, out token);
}
