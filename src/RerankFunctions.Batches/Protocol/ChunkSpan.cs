namespace RerankFunctions.Batches.Protocol;

/// <summary>A chunk's place in the input, which may be compressed: positions are those of the text.</summary>
/// <param name="Number">Number of the chunk, from 0.</param>
/// <param name="Offset">Position of its first byte.</param>
/// <param name="Length">Number of bytes.</param>
/// <param name="FirstLine">Number of its first line in the input, from 1; blank lines count here.</param>
/// <param name="Lines">Number of its lines that are not blank.</param>
/// <param name="Pairs">Number of its pairs.</param>
/// <param name="IsOversized">Whether it is one line that is longer than the limit. Nobody reads it.</param>
public sealed record ChunkSpan(int Number, long Offset, long Length, long FirstLine, int Lines, int Pairs, bool IsOversized = false);
