using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Settings;

namespace RerankFunctions.Batches.Cutting;

/// <summary>
/// When a chunk ends, decided before cutting, so that a batch has at most <see cref="BatchOptions.MaxChunks"/> chunks however large its input is: the limits by
/// bytes and by lines each give at most half of them.
/// </summary>
/// <param name="MaxBytes">Bytes after which a chunk ends.</param>
/// <param name="MaxLines">Lines after which a chunk ends.</param>
/// <param name="MaxPairs">Pairs after which a chunk ends that has <paramref name="MinBytes"/>.</param>
/// <param name="MinBytes">Bytes that a chunk has at least which ends because of its pairs.</param>
public sealed record ChunkPlan(long MaxBytes, int MaxLines, int MaxPairs, long MinBytes)
{
    private const int Half = BatchOptions.MaxChunks / 2;
    private const int UsualLines = 1_000;

    // Deflate codes at most 258 bytes in 2 bits.
    private const long MaxInflation = 1_032;

    /// <summary>Plans the chunks of an input.</summary>
    /// <param name="limits">The usual size of chunks and the limits of inputs.</param>
    /// <param name="bytes">Size of the blob.</param>
    /// <param name="isCompressed">Whether it is compressed; its text can then have any size up to the limit, and to what the bytes can hold.</param>
    public static ChunkPlan Of(CutLimits limits, long bytes, bool isCompressed)
    {
        var text = isCompressed ? Math.Min(limits.MaxInputBytes, bytes * MaxInflation) : bytes;
        var share = (text + Half - 1) / Half;
        var lines = (int)((limits.MaxLines + Half - 1) / Half);
        return new ChunkPlan(Math.Max(limits.ChunkBytes, share), Math.Max(UsualLines, lines), limits.ChunkPairs, share);
    }

    /// <summary>Whether a chunk of this size ends.</summary>
    public bool IsFull(long bytes, int lines, long pairs) => bytes >= MaxBytes || lines >= MaxLines || (pairs >= MaxPairs && bytes >= MinBytes);
}
