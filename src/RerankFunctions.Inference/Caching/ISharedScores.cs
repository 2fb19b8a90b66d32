namespace RerankFunctions.Inference.Caching;

/// <summary>Scores that several processes share. A store that is slow, down or damaged looks like an empty one.</summary>
internal interface ISharedScores : IAsyncDisposable
{
    /// <summary>Looks scores up, within a bounded time. No failure of the store reaches the caller.</summary>
    /// <param name="keys">The pairs.</param>
    /// <param name="scores">Receives the score of each pair, or null. As long as <paramref name="keys"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Number of scores found.</returns>
    ValueTask<int> GetAsync(ReadOnlyMemory<PairKey> keys, Memory<CachedScore?> scores, CancellationToken cancellationToken);

    /// <summary>Hands scores over and returns at once. Scores are dropped while the store is behind or down.</summary>
    /// <param name="keys">The pairs.</param>
    /// <param name="scores">Their scores.</param>
    void Set(ReadOnlySpan<PairKey> keys, ReadOnlySpan<CachedScore> scores);
}
