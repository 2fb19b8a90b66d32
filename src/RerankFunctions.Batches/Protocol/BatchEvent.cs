using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Protocol;

/// <summary>What happens to a batch.</summary>
public abstract record BatchEvent
{
    private BatchEvent()
    {
    }

    /// <summary>A process is about to cut the input.</summary>
    /// <param name="Owner">Name of the attempt that would begin. Unique to it.</param>
    /// <param name="Limits">What decides the cut, unless an attempt before has stored it.</param>
    public sealed record CutDelivered(string Owner, CutLimits Limits) : BatchEvent;

    /// <summary>An attempt at cutting is still at work.</summary>
    /// <param name="Owner">The attempt.</param>
    /// <param name="Cut">How far the chunks are stored.</param>
    /// <param name="IsCompressed">Whether the input is compressed.</param>
    public sealed record CutRenewed(string Owner, CutCursor Cut, bool? IsCompressed) : BatchEvent;

    /// <summary>An attempt at cutting has stored all chunks.</summary>
    /// <param name="Owner">The attempt.</param>
    /// <param name="Cut">The end of the input.</param>
    /// <param name="IsCompressed">Whether the input is compressed.</param>
    /// <param name="Sha256">SHA-256 of the input in hexadecimal.</param>
    public sealed record CutCompleted(string Owner, CutCursor Cut, bool IsCompressed, string Sha256) : BatchEvent;

    /// <summary>An attempt at cutting ends without an outcome.</summary>
    /// <param name="Owner">The attempt.</param>
    /// <param name="IsInterruption">Whether a shutdown ends it, so that it does not count.</param>
    public sealed record CutMissed(string Owner, bool IsInterruption) : BatchEvent;

    /// <summary>The input or a stored part of the batch is at fault.</summary>
    /// <param name="Error">What is at fault.</param>
    /// <param name="Owner">The attempt at cutting or at a chunk that found it; null where no attempt did.</param>
    public sealed record Faulted(BatchError Error, string? Owner = null) : BatchEvent;

    /// <summary>Another version of the input is there.</summary>
    public sealed record Superseded : BatchEvent;

    /// <summary>The next chunks can be given to workers.</summary>
    /// <param name="Chunks">The chunks from <see cref="BatchRecord.Dispatched"/> on, in order.</param>
    public sealed record Dispatched(IReadOnlyList<ChunkSpan> Chunks) : BatchEvent;

    /// <summary>A worker that can score the chunk received a message of it.</summary>
    /// <param name="Chunk">Number of the chunk.</param>
    /// <param name="Owner">Name of the attempt that would begin. Unique to it.</param>
    public sealed record ChunkDelivered(int Chunk, string Owner) : BatchEvent;

    /// <summary>An attempt at a chunk is still at work.</summary>
    /// <param name="Chunk">Number of the chunk.</param>
    /// <param name="Owner">The attempt.</param>
    public sealed record ChunkRenewed(int Chunk, string Owner) : BatchEvent;

    /// <summary>An attempt has staged the output of a chunk.</summary>
    /// <param name="Chunk">Number of the chunk.</param>
    /// <param name="Owner">The attempt.</param>
    /// <param name="Result">Sums of the output.</param>
    public sealed record ChunkCompleted(int Chunk, string Owner, ChunkResult Result) : BatchEvent;

    /// <summary>An attempt at a chunk ends without an outcome.</summary>
    /// <param name="Chunk">Number of the chunk.</param>
    /// <param name="Owner">The attempt.</param>
    /// <param name="IsInterruption">Whether a shutdown or an unloadable model ends it, so that it does not count.</param>
    public sealed record ChunkMissed(int Chunk, string Owner, bool IsInterruption) : BatchEvent;

    /// <summary>The versions of the output blobs are known.</summary>
    /// <param name="Versions">The versions.</param>
    public sealed record OutputFound(OutputVersions Versions) : BatchEvent;

    /// <summary>The output is written.</summary>
    public sealed record Finished : BatchEvent;

    /// <summary>A client cancels the batch.</summary>
    public sealed record CancelRequested : BatchEvent;

    /// <summary>The host has given up a message of the batch.</summary>
    /// <param name="Chunk">The chunk of the message; null for a message of the batch itself.</param>
    public sealed record Poisoned(int? Chunk) : BatchEvent;

    /// <summary>The sweeper looks at the batch.</summary>
    /// <param name="BatchFront">
    /// When the oldest visible message of the queue of batches was inserted, by storage's clock; null when no message is visible there.
    /// </param>
    /// <param name="ChunkFront">The same of the queue of chunks.</param>
    public sealed record Swept(DateTimeOffset? BatchFront, DateTimeOffset? ChunkFront) : BatchEvent;
}
