using System.Collections.Frozen;
using RerankFunctions.Tokenizers.Pipelines;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.WordPiece;

/// <summary>A WordPiece vocabulary.</summary>
internal sealed class WordPieceModel
{
    // A word is read once more for each of its pieces.
    private const int MaxWordLengthAllowed = 1024;

    private readonly string[] _tokens;
    private readonly Dictionary<string, int> _ids;
    private readonly bool[] _control;

    private WordPieceModel(string[] tokens, Dictionary<string, int> ids, bool[] control)
    {
        (_tokens, _ids, _control) = (tokens, ids, control);
    }

    /// <summary>One more than the largest id.</summary>
    public int Size => _tokens.Length;

    /// <summary>Pieces that can start a word.</summary>
    public required PieceIndex Starts { get; init; }

    /// <summary>Pieces that can continue a word, without their prefix.</summary>
    public required PieceIndex Continuations { get; init; }

    /// <summary>The id of a word that pieces cannot cover.</summary>
    public required int UnknownId { get; init; }

    /// <summary>Maximum length of a word in code points. A longer word is unknown.</summary>
    public required int MaxWordLength { get; init; }

    /// <summary>Reads the <c>model</c> part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="controlIds">Ids that a text of users must not produce.</param>
    public static WordPieceModel Read(JsonPart part, FrozenSet<int> controlIds)
    {
        part.AllowOnly("type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab");
        var vocab = part.Required("vocab");
        var tokens = VocabularyReader.Read(vocab);
        var prefix = part.Required("continuing_subword_prefix").String();
        var ids = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        var starts = new List<(string, int)>(tokens.Length);
        var continuations = new List<(string, int)>();
        var control = new bool[tokens.Length];
        for (var id = 0; id < tokens.Length; id++)
        {
            var token = tokens[id];
            if (token.Length > PieceIndex.MaxPieceUnits)
            {
                throw vocab.Error($"has a token of more than {PieceIndex.MaxPieceUnits} characters: {JsonPart.Shown(token)}.");
            }

            ids.Add(token, id);
            control[id] = controlIds.Contains(id);
            if (token.Length > 0)
            {
                starts.Add((token, id));
            }

            if (token.Length > prefix.Length && token.StartsWith(prefix, StringComparison.Ordinal))
            {
                continuations.Add((token[prefix.Length..], id));
            }
        }

        var unknown = part.Required("unk_token");
        if (!ids.TryGetValue(unknown.String(), out var unknownId))
        {
            throw unknown.Error($"is {JsonPart.Shown(unknown.String())}, which is not in the vocabulary.");
        }

        return new WordPieceModel(tokens, ids, control)
        {
            Starts = new PieceIndex(starts),
            Continuations = new PieceIndex(continuations),
            UnknownId = unknownId,
            MaxWordLength = part.Required("max_input_chars_per_word").Integer(0, MaxWordLengthAllowed),
        };
    }

    /// <summary>Returns for each id whether a text must not produce it; empty if all are allowed.</summary>
    public ReadOnlySpan<bool> RefusedIn(TextMode mode) => mode == TextMode.UserText ? _control : [];

    /// <summary>Looks up the id of a token.</summary>
    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    /// <summary>Returns the token with an id, or null.</summary>
    public string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;
}
