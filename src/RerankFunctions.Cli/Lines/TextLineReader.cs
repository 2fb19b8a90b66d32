using RerankFunctions.Contracts.Lines;

namespace RerankFunctions.Cli.Lines;

/// <summary>Reads the lines of a file that are not blank, without white space at their ends.</summary>
/// <param name="stream">The stream, which stays open.</param>
/// <param name="maxBytes">Longest line that is read, in bytes: the rest of a longer one is skipped.</param>
internal sealed class TextLineReader(Stream stream, int maxBytes) : IDisposable
{
    private readonly LineReader _lines = new(stream, maxBytes, isStart: true);
    private long _number;

    /// <summary>Bytes of the stream that the lines so far take, with their ends.</summary>
    public long Position { get; private set; }

    /// <summary>Reads the next line that is not blank; null at the end.</summary>
    public async ValueTask<TextLine?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await _lines.ReadAsync(cancellationToken) is { } line)
        {
            _number++;
            Position += line.Length;
            if (!line.IsBlank)
            {
                return new TextLine(_number, line.Text.Trim(" \t\r"u8), line.IsTooLong, line.HasEnd);
            }
        }

        return null;
    }

    /// <inheritdoc />
    public void Dispose() => _lines.Dispose();
}
