namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The pairs of a request for a causal model.</summary>
internal sealed class CausalJob : EncodedJob
{
    // What documents begin with in common is computed once only if that saves a job so many tokens. Otherwise the prefix ends with the query:
    // jobs with the same query then have the same prefix.
    private const long MinTokensSaved = 256;

    private readonly CausalPairs _pairs;

    /// <summary>Creates a job.</summary>
    /// <param name="pairs">The prompts.</param>
    /// <param name="sharesPrefix">Whether the model can share a prefix.</param>
    /// <param name="instruction">Tokens whose keys and values the model keeps for good, used where the pairs begin with them; null for none.</param>
    public CausalJob(CausalPairs pairs, bool sharesPrefix, TokenPrefix? instruction)
    {
        _pairs = pairs;
        Prefix = sharesPrefix && pairs.Count > 0 ? SharedPrefix(pairs, instruction) : TokenPrefix.Empty;
    }

    /// <inheritdoc/>
    public override int Count => _pairs.Count;

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

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The ids are managed, and keys and values belong to the model's PrefixCache.
    }

    private static TokenPrefix SharedPrefix(CausalPairs pairs, TokenPrefix? instruction)
    {
        var common = pairs.CommonLength();
        var kept = instruction is not null && instruction.Length <= common && instruction.IsStartOf(pairs[0].Span) ? instruction : TokenPrefix.Empty;
        var beforeDocument = Math.Min(common, pairs.TokensBeforeDocument);
        var length = (common - beforeDocument) * (pairs.Count - 1L) >= MinTokensSaved ? common : beforeDocument;

        // A single pair shares nothing with others of its job: its query costs less in the run of the pair than in one of its own.
        return pairs.Count > 1 && length > kept.Length ? new TokenPrefix(pairs[0][..length]) : kept;
    }
}
