using System.IO.Compression;
using System.Text;
using RerankFunctions.Batches.Cutting;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Scoring;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Contracts;
using RerankFunctions.Fuzz.Mutations;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>
/// Cuts mutated inputs of batches. A case is refused with a code, or its chunks hold each line that a plain reading of the text gives, once and in order; a cut
/// that goes on at a stored page gives the same chunks; each line is a valid request or has an error document.
/// </summary>
internal sealed class InputTarget : IFuzzTarget
{
    private static readonly BatchId Id = BatchId.Of("c", "n", "1", DateTimeOffset.UnixEpoch);

    private readonly RequestLimits _limits = new() { MaxBodyBytes = 1_024, MaxDocuments = 10 };
    private readonly BatchLineReader _reader;

    public InputTarget() => _reader = new BatchLineReader(
        new RerankRequestReader(_limits, new ServedModels(new ServedModel("demo", [])), CallbackRule.Disabled));

    public Outcome Run(Random random)
    {
        var input = InputMutation.Next(random);
        var options = new BatchOptions { ChunkPairs = random.Next(1, 20), ChunkBytes = random.Next(1_024, 4_096), MaxInputBytes = 200_000 };
        return RunAsync(input, options).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
    }

    private async Task<Outcome> RunAsync(byte[] input, BatchOptions options)
    {
        var storage = new InputStorage(input);
        var chunks = new ChunkStore(storage);
        var batch = new BatchRecord
        {
            Id = Id,
            State = BatchState.Validating,
            Input = new BatchInputBlob("c", "n", "1", input.Length),
            OutputContainer = "o",
            Model = "demo",
            Endpoint = "/v1/rerank",
            Window = TimeSpan.FromHours(1),
            ExpiresAt = DateTimeOffset.MaxValue,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        var progress = new CutProgress(CutCursor.Start, null);
        CutCursor cut;
        try
        {
            (cut, _) = await new InputCutter(storage, chunks, CutLimits.Of(options, _limits)).CutAsync(batch, progress, default);
        }
        catch (InputFaultException exception)
        {
            Expect(exception.Error.Message.Length > 20, "a sentence");
            return Outcome.Refused;
        }

        batch = batch with { IsCompressed = progress.IsCompressed, Cut = cut };
        var spans = await ReadSpansAsync(chunks, 0, cut.Chunks);
        await CheckLinesAsync(input, batch, spans, new ChunkText(storage, chunks));
        await CheckResumptionAsync(input, batch, spans, progress.Cut, options);
        return Outcome.Worked;
    }

    private static async Task<List<ChunkSpan>> ReadSpansAsync(ChunkStore chunks, int first, int end)
    {
        var spans = new List<ChunkSpan>();
        while (first + spans.Count < end)
        {
            spans.AddRange(await chunks.ReadPageAsync(Id, first + spans.Count, default) ?? throw new InvalidOperationException("A page is missing."));
        }

        return spans;
    }

    private async Task CheckLinesAsync(byte[] input, BatchRecord batch, List<ChunkSpan> spans, ChunkText texts)
    {
        var expected = Split(Inflate(input), CutLimits.Of(new BatchOptions(), _limits).MaxLineBytes);
        var actual = new List<(long Line, string? Text)>();
        foreach (var span in spans)
        {
            if (span.IsOversized)
            {
                actual.Add((span.FirstLine, null));
                continue;
            }

            var lines = await texts.ReadAsync(batch, span, default) ?? throw new InvalidOperationException("A text is missing.");
            Expect(lines.Count == span.Lines, "as many lines as were cut");
            foreach (var (number, text) in lines)
            {
                var line = _reader.Read(text);
                Expect(line.Request is null != line.Problem is null, "a request or a problem");
                Expect(line.Problem is null or { Status: >= 400 and < 500 }, "an error of the client");
                actual.Add((number, Convert.ToHexString(text.Span)));
            }
        }

        Expect(actual.SequenceEqual(expected), $"{expected.Count} lines, not {actual.Count} or others");
        Expect(batch.Cut.Lines == expected.Count && batch.Cut.Chunks == spans.Count, "the sums");
    }

    private async Task CheckResumptionAsync(byte[] input, BatchRecord batch, List<ChunkSpan> spans, CutCursor cursor, BatchOptions options)
    {
        var storage = new InputStorage(input);
        var chunks = new ChunkStore(storage);
        var (cut, _) = await new InputCutter(storage, chunks, CutLimits.Of(options, _limits))
            .CutAsync(batch, new CutProgress(cursor, null), default);
        Expect(cut == batch.Cut, "the same sums after a crash");
        Expect((await ReadSpansAsync(chunks, cursor.Chunks, cut.Chunks)).SequenceEqual(spans.Skip(cursor.Chunks)), "the same chunks after a crash");
    }

    private static byte[] Inflate(byte[] input)
    {
        if (input is not [0x1F, 0x8B, ..])
        {
            return input;
        }

        using var gzip = new GZipStream(new MemoryStream(input), CompressionMode.Decompress);
        using var text = new MemoryStream();
        gzip.CopyTo(text);
        return text.ToArray();
    }

    private static List<(long Line, string? Text)> Split(byte[] text, int maxBytes)
    {
        var lines = new List<(long, string?)>();
        var bytes = Encoding.Latin1.GetString(text);
        var number = 0L;
        foreach (var part in bytes.Split('\n'))
        {
            number++;
            var line = part.EndsWith('\r') ? part[..^1] : part;
            line = number == 1 && line.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal) ? line[3..] : line;
            if (line.Trim(' ', '\t', '\r').Length > 0)
            {
                lines.Add((number, line.Length > maxBytes ? null : Convert.ToHexString(Encoding.Latin1.GetBytes(line))));
            }
        }

        return lines;
    }

    private static void Expect(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Expected: {what}.");
        }
    }
}
