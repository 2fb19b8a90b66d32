namespace RerankFunctions.Inference.Families;

/// <summary>
/// The pairs of one request as token ids, ready for micro-batches. It must outlive their preparation; whoever encoded it disposes of it. Afterwards only the
/// numbers of its pairs may be read.
/// </summary>
internal abstract class EncodedJob : IDisposable
{
    /// <summary>Number of pairs, which is the number of the request's documents.</summary>
    public abstract int Count { get; }

    /// <summary>Tokens that all pairs begin with and that are computed once; empty where pairs share nothing.</summary>
    public virtual TokenPrefix Prefix => TokenPrefix.Empty;

    /// <summary>Returns the number of tokens that a pair adds to a run: all but the <see cref="Prefix"/>.</summary>
    public abstract int LengthOf(int pair);

    /// <summary>Returns the number of all tokens of a pair, the <see cref="Prefix"/> included.</summary>
    public abstract int TokensOf(int pair);

    /// <summary>Returns whether the document of a pair was cut to fit.</summary>
    public abstract bool IsTruncated(int pair);

    /// <summary>Returns whether the query of a pair was cut to fit.</summary>
    public abstract bool IsQueryTruncated(int pair);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees pooled memory.</summary>
    protected abstract void Dispose(bool disposing);
}
