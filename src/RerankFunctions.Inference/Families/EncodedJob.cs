namespace RerankFunctions.Inference.Families;

/// <summary>The pairs of one request as token ids, ready for micro-batches. The family that encoded it knows its layout; whoever asked for it disposes of it.</summary>
internal abstract class EncodedJob : IDisposable
{
    /// <summary>Number of pairs: the request's documents.</summary>
    public abstract int Count { get; }

    /// <summary>Tokens that go through the model, padding not counted; what pairs share counts once.</summary>
    public abstract long TotalTokens { get; }

    /// <summary>Indexes of documents that were cut to fit, ascending.</summary>
    public abstract IReadOnlyList<int> TruncatedDocuments { get; }

    /// <summary>Whether the query was cut to fit.</summary>
    public abstract bool QueryTruncated { get; }

    /// <summary>Tokens before those of <see cref="LengthOf"/> that all pairs attend to and that are computed once; 0 where pairs share nothing.</summary>
    public virtual int SharedLength => 0;

    /// <summary>Tokens that a pair adds to a run: what a micro-batch is formed by.</summary>
    /// <param name="pair">Index of the pair, in request order.</param>
    public abstract int LengthOf(int pair);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives pooled memory and native handles back.</summary>
    protected abstract void Dispose(bool disposing);
}
