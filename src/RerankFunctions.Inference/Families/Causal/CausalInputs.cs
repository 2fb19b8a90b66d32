using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>The inputs of one run, padded to the longest row, in pooled memory that is given back when this is disposed of.</summary>
internal sealed class CausalInputs : IDisposable
{
    private readonly long[] _memory;
    private readonly List<OrtValue> _values = [];
    private int _used;

    /// <summary>Lays out rows.</summary>
    /// <param name="rows">Tokens of each row after the prefix.</param>
    /// <param name="prefix">Tokens of the prefix that all rows share.</param>
    /// <param name="keptRows">Rows whose keys and values the run keeps.</param>
    /// <param name="padsLeft">Whether padding stands before the tokens.</param>
    /// <param name="padId">Token to pad with.</param>
    public CausalInputs(ReadOnlySpan<ReadOnlyMemory<int>> rows, int prefix, int keptRows, bool padsLeft, int padId)
    {
        var longest = 0;
        foreach (var row in rows)
        {
            longest = Math.Max(longest, row.Length);
        }

        var tokens = checked(rows.Length * longest);
        _memory = ArrayPool<long>.Shared.Rent(checked((3 * tokens) + (rows.Length * (prefix + 2)) + 1));
        var ids = Take(out var idsValue, rows.Length, longest);
        var mask = Take(out var maskValue, rows.Length, prefix + longest);
        var places = Take(out var placesValue, rows.Length, longest);
        var last = Take(out var lastValue, rows.Length, 2);
        ids.Fill(padId);
        mask.Clear();
        places.Clear();
        for (var row = 0; row < rows.Length; row++)
        {
            var source = rows[row].Span;
            var first = padsLeft ? longest - source.Length : 0;
            for (var i = 0; i < source.Length; i++)
            {
                ids[(row * longest) + first + i] = source[i];
                places[(row * longest) + first + i] = prefix + i;
            }

            mask.Slice(row * (prefix + longest), prefix).Fill(1);
            mask.Slice((row * (prefix + longest)) + prefix + first, source.Length).Fill(1);
            last[row * 2] = row;
            last[(row * 2) + 1] = first + source.Length - 1;
        }

        Take(out var keptValue, 1)[0] = keptRows;
        (Ids, Mask, PositionIds, LastPositions, KeptRows) = (idsValue, maskValue, placesValue, lastValue, keptValue);
    }

    /// <summary>[rows, tokens].</summary>
    public OrtValue Ids { get; }

    /// <summary>[rows, prefix + tokens]: 1 for a token, 0 for padding.</summary>
    public OrtValue Mask { get; }

    /// <summary>[rows, tokens]: places counted from the prefix's first token.</summary>
    public OrtValue PositionIds { get; }

    /// <summary>[rows, 2]: row and column of each row's last token.</summary>
    public OrtValue LastPositions { get; }

    /// <summary>[1].</summary>
    public OrtValue KeptRows { get; }

    public void Dispose()
    {
        _values.ForEach(value => value.Dispose());
        ArrayPool<long>.Shared.Return(_memory);
    }

    private Span<long> Take(out OrtValue value, params long[] shape)
    {
        var length = checked((int)shape.Aggregate(1L, (product, dim) => product * dim));
        var memory = _memory.AsMemory(_used, length);
        _used += length;
        value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
        _values.Add(value);
        return memory.Span;
    }
}
