using RerankFunctions.Batches.Lines;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Contracts.Lines;

namespace RerankFunctions.Batches.Cutting;

/// <summary>
/// Reads an input once, from its first byte, and stores its chunks. Text before the cursor is hashed and not cut again. It holds a line, a page of the list of
/// chunks and, of a compressed input, a chunk.
/// </summary>
internal sealed class InputCutter(IBatchFiles files, ChunkStore chunks, CutLimits limits)
{
    // A file is not JSON Lines when none of its first lines is JSON. It is not read to its end.
    private const int LinesWithoutObject = 1_000;

    /// <summary>Cuts an input.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="progress">Receives how far the chunks are stored.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The end of the input, and its SHA-256 in hexadecimal.</returns>
    /// <exception cref="InputFaultException">The input is at fault.</exception>
    /// <exception cref="InputChangedException">The input was overwritten or deleted.</exception>
    public async Task<(CutCursor Cut, string Sha256)> CutAsync(BatchRecord batch, CutProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var bytes = new InputStream(files, batch.Input, stop.Token);
        try
        {
            using var text = await InputText.OpenAsync(bytes, cancellationToken);
            progress.IsCompressed = text.IsCompressed;
            CheckSize(text.IsCompressed ? 0 : batch.Input.Bytes);
            await text.SkipAsync(progress.Cut.Offset, cancellationToken);
            var cut = await CutAsync(batch, text, progress, cancellationToken);
            return (cut, await text.HashAsync(cancellationToken));
        }
        catch (InvalidDataException)
        {
            throw new InputFaultException(BatchFailureCodes.InputDamaged, "The input begins like a gzip file, and cannot be decompressed to its end.");
        }
        finally
        {
            // What is read ahead is of no use any more.
            stop.Cancel();
        }
    }

    private async Task<CutCursor> CutAsync(BatchRecord batch, InputText text, CutProgress progress, CancellationToken cancellationToken)
    {
        var plan = ChunkPlan.Of(limits, batch.Input.Bytes, text.IsCompressed);
        var builder = new ChunkBuilder(plan, progress.Cut, text.IsCompressed);
        using var lines = new LineReader(text.Stream, limits.MaxLineBytes, isStart: progress.Cut.Offset == 0);
        var page = new List<ChunkSpan>(ChunkStore.PageSize);
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (line.IsTooLong)
            {
                if (builder.IsOpen)
                {
                    await EmitAsync(await CloseAsync());
                }

                await EmitAsync(builder.CloseOversized(line));
            }
            else
            {
                builder.Add(line, PairCounter.Count(line.Text.Span, limits.MaxDocuments));
                Check(builder.Total, line);
                if (builder.IsFull)
                {
                    await EmitAsync(await CloseAsync());
                }
            }

            CheckSize(builder.Total.Offset);
        }

        if (builder.IsOpen)
        {
            await EmitAsync(await CloseAsync());
        }

        if (page.Count > 0)
        {
            await WritePageAsync();
        }

        return builder.Total.Objects > 0 ? builder.Total : throw NotJsonLines();

        async Task WritePageAsync()
        {
            if (!await chunks.WritePageAsync(batch.Id, page, cancellationToken))
            {
                throw new InputFaultException(BatchFaults.ChunksDiffer());
            }
        }

        async Task<ChunkSpan> CloseAsync()
        {
            if (text.IsCompressed)
            {
                await chunks.WriteTextAsync(batch.Id, builder.Total.Chunks, builder.Text, cancellationToken);
            }

            return builder.Close();
        }

        async Task EmitAsync(ChunkSpan chunk)
        {
            page.Add(chunk);
            if (chunk.Number >= BatchOptions.MaxChunks)
            {
                throw new InputFaultException(
                    BatchFailureCodes.InputTooLarge, FormattableString.Invariant($"The input needs more than {BatchOptions.MaxChunks:N0} chunks."));
            }

            if (chunk.Number % ChunkStore.PageSize == ChunkStore.PageSize - 1)
            {
                await WritePageAsync();
                page.Clear();
                progress.Cut = builder.Total;
            }
        }
    }

    private void CheckSize(long bytes)
    {
        if (bytes > limits.MaxInputBytes)
        {
            throw new InputFaultException(
                BatchFailureCodes.InputTooLarge,
                FormattableString.Invariant($"The input has more than {limits.MaxInputBytes:N0} bytes, which is the maximum when it is decompressed."));
        }
    }

    private void Check(CutCursor total, RawLine line)
    {
        if (total.Objects == 0 && total.Lines > 0
            && (total.Lines >= LinesWithoutObject || (total.Lines == 1 && line.Text.Span.TrimStart(" \t"u8).StartsWith("["u8))))
        {
            throw NotJsonLines();
        }

        if (total.Lines > limits.MaxLines)
        {
            throw new InputFaultException(
                BatchFailureCodes.TooManyLines, FormattableString.Invariant($"The input has more than {limits.MaxLines:N0} lines."));
        }
    }

    private static InputFaultException NotJsonLines() => new(
        BatchFailureCodes.NotJsonLines, "The input is not JSON Lines: it must hold a JSON object on each line, and no array around them.");
}
