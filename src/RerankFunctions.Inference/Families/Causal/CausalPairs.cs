namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The prompts of a request's pairs as token ids, cut to fit.</summary>
/// <param name="count">Number of pairs.</param>
/// <param name="tokensBeforeDocument">Number of tokens at the start of every prompt that no document changes.</param>
internal sealed class CausalPairs(int count, int tokensBeforeDocument)
{
    private readonly int[][] _ids = new int[count][];
    private readonly bool[] _documentCut = new bool[count];
    private readonly bool[] _queryCut = new bool[count];

    /// <summary>Number of pairs.</summary>
    public int Count => count;

    /// <summary>Number of tokens at the start of every prompt that no document changes: those of instruction and query.</summary>
    public int TokensBeforeDocument => tokensBeforeDocument;

    /// <summary>Gets the tokens of a pair's whole prompt.</summary>
    public ReadOnlyMemory<int> this[int pair] => _ids[pair];

    /// <summary>Returns whether the document of a pair was cut.</summary>
    public bool IsDocumentCut(int pair) => _documentCut[pair];

    /// <summary>Returns whether the query of a pair was cut.</summary>
    public bool IsQueryCut(int pair) => _queryCut[pair];

    /// <summary>Sets a pair. Several threads may set different pairs at once.</summary>
    public void Set(int pair, int[] ids, bool documentCut, bool queryCut) => (_ids[pair], _documentCut[pair], _queryCut[pair]) = (ids, documentCut, queryCut);

    /// <summary>Returns how many tokens all pairs begin with in common, so that at least one token is left of each pair.</summary>
    public int CommonLength()
    {
        if (count == 0)
        {
            return 0;
        }

        var common = _ids.Min(ids => ids.Length) - 1;
        foreach (var ids in _ids)
        {
            common = _ids[0].AsSpan(0, common).CommonPrefixLength(ids);
        }

        return common;
    }
}
