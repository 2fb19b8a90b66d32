using System.Buffers;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Contracts.Lines;

namespace RerankFunctions.Batches.Cutting;

/// <summary>Forms chunks of lines. Equal lines from an equal place give equal chunks.</summary>
/// <param name="plan">When a chunk ends.</param>
/// <param name="start">Where to begin.</param>
/// <param name="keepsText">Whether the text of the chunk is kept, for an input in which positions cannot be read.</param>
internal sealed class ChunkBuilder(ChunkPlan plan, CutCursor start, bool keepsText)
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private long _offset = start.Offset;
    private long _firstLine = start.Line + 1;
    private long _bytes;
    private int _lines;
    private long _pairs;

    /// <summary>Everything so far, the open chunk included.</summary>
    public CutCursor Total { get; private set; } = start;

    /// <summary>Text of the open chunk, with CR LF after each line.</summary>
    public ReadOnlyMemory<byte> Text => _text.WrittenMemory;

    /// <summary>Whether the open chunk has a line.</summary>
    public bool IsOpen => _lines > 0;

    /// <summary>Whether the open chunk is complete.</summary>
    public bool IsFull => plan.IsFull(_bytes, _lines, _pairs);

    /// <summary>Adds a line to the open chunk.</summary>
    /// <param name="line">The line; not one that is too long.</param>
    /// <param name="pairs">Its pairs; null when it is not a JSON object.</param>
    public void Add(RawLine line, int? pairs)
    {
        Count(line, pairs);
        if (line.IsBlank)
        {
            AddBlank(line);
            return;
        }

        _bytes += line.Length;
        _lines++;
        _pairs += pairs ?? 0;
        Keep(line.Text.Span);
    }

    /// <summary>Ends the open chunk.</summary>
    public ChunkSpan Close()
    {
        var span = new ChunkSpan(Total.Chunks, _offset, keepsText ? _text.WrittenCount : _bytes, _firstLine, _lines, (int)Math.Min(_pairs, int.MaxValue));
        Next(_bytes, Total.Line + 1);
        return span;
    }

    /// <summary>Makes a line that is too long a chunk of its own. No chunk may be open.</summary>
    public ChunkSpan CloseOversized(RawLine line)
    {
        Count(line, pairs: null);
        var span = new ChunkSpan(Total.Chunks, _offset, line.Length, _firstLine, 1, 0, IsOversized: true);
        Next(line.Length, Total.Line + 1);
        return span;
    }

    private void AddBlank(RawLine line)
    {
        if (_lines == 0)
        {
            // A chunk does not begin with blank lines, so that any number of them takes no room.
            _offset += line.Length;
            _firstLine++;
            return;
        }

        _bytes += line.Length;
        Keep([]);
    }

    private void Keep(ReadOnlySpan<byte> text)
    {
        if (keepsText)
        {
            _text.Write(text);
            // With CR LF a line keeps a CR of its own at its end.
            _text.Write("\r\n"u8);
        }
    }

    private void Count(RawLine line, int? pairs)
    {
        var isBlank = line.IsBlank;
        Total = Total with
        {
            Offset = Total.Offset + line.Length,
            Line = Total.Line + 1,
            Lines = Total.Lines + (isBlank ? 0 : 1),
            Objects = Total.Objects + (pairs is null ? 0 : 1),
            Pairs = Total.Pairs + (pairs ?? 0),
        };
    }

    private void Next(long bytes, long firstLine)
    {
        _offset += bytes;
        _firstLine = firstLine;
        (_bytes, _lines, _pairs) = (0, 0, 0);
        _text.ResetWrittenCount();
        Total = Total with { Chunks = Total.Chunks + 1 };
    }
}
