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

    /// <summary>Plans the chunks of an input.</summary>
    /// <param name="options">The usual size of chunks and the limits of inputs.</param>
    /// <param name="bytes">Size of the blob.</param>
    /// <param name="isCompressed">Whether it is compressed; its text can then have any size up to the limit.</param>
    public static ChunkPlan Of(BatchOptions options, long bytes, bool isCompressed)
    {
        var share = ((isCompressed ? options.MaxInputBytes : bytes) + Half - 1) / Half;
        var lines = (int)((options.MaxLines + Half - 1) / Half);
        return new ChunkPlan(Math.Max(options.ChunkBytes, share), Math.Max(UsualLines, lines), options.ChunkPairs, share);
    }

    /// <summary>Whether a chunk of this size ends.</summary>
    public bool IsFull(long bytes, int lines, long pairs) => bytes >= MaxBytes || lines >= MaxLines || (pairs >= MaxPairs && bytes >= MinBytes);
}
