namespace RerankFunctions.Batches.Protocol;

/// <summary>A chunk that waits for a worker or has one.</summary>
/// <param name="Span">Its place in the input.</param>
/// <param name="Lease">Its attempts.</param>
public sealed record ActiveChunk(ChunkSpan Span, WorkLease Lease)
{
    /// <summary>Whether scoring is given up: the next attempt writes an error for each line.</summary>
    public bool IsAbandoned { get; init; }
}
