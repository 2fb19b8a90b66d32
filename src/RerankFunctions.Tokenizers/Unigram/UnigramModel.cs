using System.Collections.Frozen;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>A Unigram model as the lattice uses it.</summary>
/// <param name="Trie">The pieces.</param>
/// <param name="Scores">The score of each piece.</param>
/// <param name="UserTextScores">The same scores, with negative infinity for control pieces.</param>
/// <param name="UnknownId">The id of the unknown token.</param>
/// <param name="UnknownScore">The score of a character that has no piece.</param>
/// <param name="MarkCode">The code of the mark that replaces a space; 0 without one.</param>
internal sealed record UnigramModel(PieceTrie Trie, double[] Scores, double[] UserTextScores, int UnknownId, double UnknownScore, ushort MarkCode)
{
    private const double UnknownPenalty = 10;

    /// <summary>Reads the <c>model</c> part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="controlIds">Ids that a text of users must not produce.</param>
    /// <param name="mark">The mark that replaces a space, or null.</param>
    /// <param name="pieces">The vocabulary.</param>
    public static UnigramModel Read(JsonPart part, FrozenSet<int> controlIds, char? mark, out PieceTable pieces)
    {
        part.AllowOnly("type", "unk_id", "vocab", "byte_fallback");
        if (part.Boolean("byte_fallback", whenMissing: false))
        {
            throw part.Required("byte_fallback").Error("is true, which is not supported.");
        }

        var vocab = part.Required("vocab");
        pieces = PieceTable.Read(vocab);
        var unknown = part.Required("unk_id").Integer(0, pieces.Count - 1);
        var trie = PieceTrieBuilder.Build(pieces, vocab, mark);
        var userText = (double[])pieces.Scores.Clone();
        foreach (var id in controlIds)
        {
            if (id < userText.Length)
            {
                userText[id] = double.NegativeInfinity;
            }
        }

        return new UnigramModel(trie, pieces.Scores, userText, unknown, pieces.Scores.Min() - UnknownPenalty, mark is { } unit ? trie.Codes[unit] : (ushort)0);
    }
}
