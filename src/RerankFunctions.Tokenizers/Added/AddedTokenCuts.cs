namespace RerankFunctions.Tokenizers.Added;

/// <summary>Decides whether a text can be cut at a position without a change to the added tokens that are found in it.</summary>
internal sealed class AddedTokenCuts
{
    private readonly HashSet<(char Left, char Right)> _pairs = [];
    private readonly HashSet<char> _lastUnits = [];
    private readonly HashSet<char> _firstUnits = [];

    /// <summary>Collects the spellings of tokens.</summary>
    /// <param name="tokens">The tokens, each with the spelling to find.</param>
    public AddedTokenCuts(IEnumerable<(AddedToken Token, string Spelling)> tokens)
    {
        foreach (var (token, spelling) in tokens)
        {
            _lastUnits.Add(spelling[^1]);
            if (token.SingleWord)
            {
                _firstUnits.Add(spelling[0]);
            }

            for (var i = 1; i < spelling.Length; i++)
            {
                _pairs.Add((spelling[i - 1], spelling[i]));
            }
        }
    }

    /// <summary>
    /// Returns whether a text can be cut between two units: no token crosses the cut or ends there, no token behind it depends on the unit
    /// before it, and no token takes white space across it.
    /// </summary>
    /// <param name="left">The unit before the cut, the same in raw and in normalized text.</param>
    /// <param name="right">The unit behind the cut in the raw text. Normalization may turn it into a space, or put a space before it.</param>
    public bool Allows(char left, char right) => !char.IsWhiteSpace(left) && !_lastUnits.Contains(left) && Allows((left, right)) && Allows((left, ' '));

    private bool Allows((char Left, char Right) pair) => !_pairs.Contains(pair) && !_firstUnits.Contains(pair.Right);
}
