namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The pairs of a request for a causal model, with the keys and values of what they all begin with once those are computed.</summary>
internal sealed class CausalJob : EncodedJob
{
    private readonly CausalPairs _pairs;
    private readonly SharedPrefix? _kept;
    private SharedPrefix? _own;

    /// <summary>Plans a job.</summary>
    /// <param name="pairs">The prompts.</param>
    /// <param name="shares">Whether the model can share what they begin with.</param>
    /// <param name="kept">Keys and values that the model keeps for good, used where the pairs begin with those tokens; null for none.</param>
    public CausalJob(CausalPairs pairs, bool shares, SharedPrefix? kept)
    {
        _pairs = pairs;
        TruncatedDocuments = pairs.TruncatedDocuments;
        var common = shares ? pairs.CommonLength() : 0;
        _kept = kept is not null && kept.Length <= common && pairs[0].Span.StartsWith(kept.Ids) ? kept : null;

        // One pair shares nothing with others: only what the model keeps is worth a run of its own.
        SharedLength = pairs.Count > 1 ? common : _kept?.Length ?? 0;
        TotalTokens = SharedLength + Enumerable.Range(0, pairs.Count).Sum(pair => (long)LengthOf(pair));
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
    public override int SharedLength { get; }

    /// <summary>All tokens of a pair.</summary>
    public ReadOnlyMemory<int> this[int pair] => _pairs[pair];

    /// <inheritdoc/>
    public override int LengthOf(int pair) => _pairs[pair].Length - SharedLength;

    /// <summary>Keys and values of what the pairs begin with, computed on the first call; null when they share nothing.</summary>
    public SharedPrefix? Prefix(CausalSession session)
    {
        if (SharedLength == (_kept?.Length ?? 0))
        {
            return _kept;
        }

        return _own ??= session.Keep(_pairs[0][(_kept?.Length ?? 0)..SharedLength], _kept);
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
