namespace RerankFunctions.Cli.Lines;

/// <summary>A line of a file.</summary>
/// <param name="Number">Number of the line, from 1.</param>
/// <param name="Bytes">Its bytes without the end of the line, valid until the next line is read; empty if it is too long.</param>
/// <param name="IsTooLong">Whether the line is longer than the reader's limit.</param>
/// <param name="HasEnd">Whether the line ends with LF: only the last line of a file may not.</param>
internal readonly record struct TextLine(long Number, ReadOnlyMemory<byte> Bytes, bool IsTooLong, bool HasEnd);
