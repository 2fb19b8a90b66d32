using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Contracts.Lines;

namespace RerankFunctions.Batches.Scoring;

/// <summary>The text of chunks: a part of the input, or what cutting has stored of a compressed one.</summary>
public sealed class ChunkText(IBatchFiles files, ChunkStore chunks)
{
    /// <summary>Reads the lines of a chunk that are not blank.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="span">The chunk; not one whose line is too long.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The lines with their numbers in the input; null when the stored text is missing.</returns>
    /// <exception cref="InputChangedException">The input was overwritten or deleted.</exception>
    public async Task<IReadOnlyList<(long Line, ReadOnlyMemory<byte> Text)>?> ReadAsync(
        BatchRecord batch, ChunkSpan span, CancellationToken cancellationToken)
    {
        var text = batch.IsCompressed == true
            ? await chunks.ReadTextAsync(batch.Id, span.Number, (int)span.Length, cancellationToken)
            : await files.ReadAsync(batch.Input, span.Offset, (int)span.Length, cancellationToken);
        // Cutting has dropped the mark of a compressed input.
        var hasMark = batch.IsCompressed != true && span.Offset == 0 && text.AsSpan().StartsWith(LineReader.ByteOrderMark);
        return text is null ? null : Split(text, span, hasMark ? LineReader.ByteOrderMark.Length : 0);
    }

    private static List<(long Line, ReadOnlyMemory<byte> Text)> Split(byte[] text, ChunkSpan span, int start)
    {
        var lines = new List<(long, ReadOnlyMemory<byte>)>(span.Lines);
        var number = span.FirstLine;
        while (start < text.Length)
        {
            var end = Array.IndexOf(text, (byte)'\n', start);
            end = end < 0 ? text.Length : end;
            var length = end > start && text[end - 1] == '\r' ? end - start - 1 : end - start;
            var line = new RawLine(length, text.AsMemory(start, length), IsTooLong: false, HasEnd: end < text.Length);
            if (!line.IsBlank)
            {
                lines.Add((number, line.Text));
            }

            number++;
            start = end + 1;
        }

        return lines;
    }
}
