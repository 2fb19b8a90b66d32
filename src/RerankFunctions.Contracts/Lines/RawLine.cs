namespace RerankFunctions.Contracts.Lines;

/// <summary>A line of a stream.</summary>
/// <param name="Length">Number of its bytes, its end included.</param>
/// <param name="Text">The bytes without the end, valid until the next line is read. Empty for a line that is too long.</param>
/// <param name="IsTooLong">Whether the line is longer than the limit.</param>
/// <param name="HasEnd">Whether the line ends with LF: only the last line may not.</param>
public readonly record struct RawLine(long Length, ReadOnlyMemory<byte> Text, bool IsTooLong, bool HasEnd)
{
    /// <summary>Whether the line holds white space alone.</summary>
    public bool IsBlank => !IsTooLong && Text.Span.TrimStart(" \t\r"u8).IsEmpty;
}
