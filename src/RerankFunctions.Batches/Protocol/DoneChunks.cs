namespace RerankFunctions.Batches.Protocol;

/// <summary>The chunks of a batch that are done, and the attempts whose output counts.</summary>
public static class DoneChunks
{
    private const int BitsPerByte = 8;

    /// <summary>Returns the done chunks with their attempts, in order.</summary>
    public static IEnumerable<(int Chunk, int Attempt)> Of(BatchRecord batch)
    {
        var active = batch.Active.Select(chunk => chunk.Span.Number).ToHashSet();
        for (var chunk = 0; chunk < batch.Dispatched; chunk++)
        {
            if (!active.Contains(chunk))
            {
                yield return (chunk, batch.LaterAttempts.GetValueOrDefault(chunk, 1));
            }
        }
    }

    /// <summary>Returns whether a chunk has lines with errors.</summary>
    public static bool HasErrors(BatchRecord batch, int chunk) =>
        chunk / BitsPerByte < batch.FailedChunks.Length && (batch.FailedChunks.Span[chunk / BitsPerByte] & (1 << (chunk % BitsPerByte))) != 0;

    /// <summary>Returns the state with an active chunk done.</summary>
    public static BatchRecord Add(BatchRecord batch, ActiveChunk chunk, ChunkResult result)
    {
        var number = chunk.Span.Number;
        return batch with
        {
            Active = [.. batch.Active.Where(active => active.Span.Number != number)],
            LaterAttempts = chunk.Lease.Attempt == 1
                ? batch.LaterAttempts
                : new Dictionary<int, int>(batch.LaterAttempts) { [number] = chunk.Lease.Attempt },
            FailedChunks = result.Failed == 0 ? batch.FailedChunks : Mark(batch.FailedChunks, number),
            CompletedLines = batch.CompletedLines + result.Completed,
            FailedLines = batch.FailedLines + result.Failed,
            ScoredPairs = batch.ScoredPairs + chunk.Span.Pairs,
            Tokens = batch.Tokens + result.Tokens,
            CachedTokens = batch.CachedTokens + result.CachedTokens,
        };
    }

    private static ReadOnlyMemory<byte> Mark(ReadOnlyMemory<byte> bits, int chunk)
    {
        var marked = new byte[Math.Max(bits.Length, (chunk / BitsPerByte) + 1)];
        bits.CopyTo(marked);
        marked[chunk / BitsPerByte] |= (byte)(1 << (chunk % BitsPerByte));
        return marked;
    }
}
