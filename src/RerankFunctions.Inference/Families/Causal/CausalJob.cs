namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The pairs of a request for a causal model, with the keys and values of their shared prefix once these are computed.</summary>
internal sealed class CausalJob : EncodedJob
{
    private readonly CausalPairs _pairs;
    private readonly KeyValueCache? _instruction;
    private KeyValueCache? _own;

    /// <summary>Creates a job.</summary>
    /// <param name="pairs">The prompts.</param>
    /// <param name="sharesPrefix">Whether the model can share a prefix.</param>
    /// <param name="instruction">Keys and values that the model keeps for good, used where the pairs begin with those tokens; null for none.</param>
    public CausalJob(CausalPairs pairs, bool sharesPrefix, KeyValueCache? instruction)
    {
        _pairs = pairs;
        TruncatedDocuments = pairs.TruncatedDocuments;
        var common = sharesPrefix ? pairs.CommonLength() : 0;
        _instruction = instruction is not null && instruction.Prefix.Length <= common
            && pairs[0].Span.StartsWith(instruction.Prefix.Ids.Span)
            ? instruction
            : null;

        // A single pair shares nothing with others: only what the model keeps saves work.
        var kept = _instruction?.Prefix ?? TokenPrefix.Empty;
        Prefix = pairs.Count > 1 && common > kept.Length ? new TokenPrefix(pairs[0][..common]) : kept;
        TotalTokens = Prefix.Length + Enumerable.Range(0, pairs.Count).Sum(pair => (long)LengthOf(pair));
    }

    /// <inheritdoc/>
    public override int Count => _pairs.Count;

    /// <inheritdoc/>
    public override long TotalTokens { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> TruncatedDocuments { get; }

    /// <inheritdoc/>
    public override bool QueryTruncated => _pairs.QueryTruncated;

    /// <inheritdoc/>
    public override TokenPrefix Prefix { get; }

    /// <summary>Gets all tokens of a pair.</summary>
    public ReadOnlyMemory<int> this[int pair] => _pairs[pair];

    /// <inheritdoc/>
    public override int LengthOf(int pair) => _pairs[pair].Length - Prefix.Length;

    /// <inheritdoc/>
    public override int TokensOf(int pair) => _pairs[pair].Length;

    /// <inheritdoc/>
    public override bool IsTruncated(int pair) => _pairs.IsDocumentCut(pair);

    /// <inheritdoc/>
    public override bool IsQueryTruncated(int pair) => _pairs.IsQueryCut(pair);

    /// <summary>Returns the keys and values of the prefix and computes them on the first call; null when pairs share nothing. One call at a time.</summary>
    public KeyValueCache? GetCache(CausalSession session)
    {
        if (Prefix.Length == (_instruction?.Prefix.Length ?? 0))
        {
            return _instruction;
        }

        return _own ??= session.Compute(Prefix, _instruction);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _own?.Dispose();
            _own = null;
        }
    }
}
