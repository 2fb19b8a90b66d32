namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The prompts of a request's pairs as token ids, cut to fit.</summary>
/// <param name="count">Number of pairs.</param>
internal sealed class CausalPairs(int count)
{
    private readonly int[][] _ids = new int[count][];
    private readonly bool[] _documentCut = new bool[count];
    private int _queryCut;

    public int Count => count;

    /// <summary>Whether the query was cut in any pair.</summary>
    public bool QueryTruncated => _queryCut != 0;

    /// <summary>Indexes of pairs whose document was cut, ascending.</summary>
    public IReadOnlyList<int> TruncatedDocuments => [.. Enumerable.Range(0, count).Where(i => _documentCut[i])];

    /// <summary>Tokens of a pair, the whole prompt.</summary>
    public ReadOnlyMemory<int> this[int pair] => _ids[pair];

    /// <summary>Sets a pair; different pairs from different threads at once.</summary>
    public void Set(int pair, int[] ids, bool documentCut, bool queryCut)
    {
        _ids[pair] = ids;
        _documentCut[pair] = documentCut;
        if (queryCut)
        {
            Interlocked.Exchange(ref _queryCut, 1);
        }
    }

    /// <summary>How many tokens at the start all pairs have in common, by id, so that at least one is left of each.</summary>
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
