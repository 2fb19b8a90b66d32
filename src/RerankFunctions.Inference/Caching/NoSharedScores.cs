namespace RerankFunctions.Inference.Caching;

/// <summary>The shared scores of a process that shares none.</summary>
internal sealed class NoSharedScores : ISharedScores
{
    /// <inheritdoc/>
    public ValueTask<int> GetAsync(ReadOnlyMemory<PairKey> keys, Memory<CachedScore?> scores, CancellationToken cancellationToken)
    {
        scores.Span.Clear();
        return ValueTask.FromResult(0);
    }

    /// <inheritdoc/>
    public void Set(ReadOnlySpan<PairKey> keys, ReadOnlySpan<CachedScore> scores)
    {
        // Nobody reads them.
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
