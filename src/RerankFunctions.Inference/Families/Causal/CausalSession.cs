using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>An ONNX Runtime session of a causal model. One run at a time.</summary>
internal sealed class CausalSession : IDisposable
{
    // Limit of the logits that one run of several rows computes, where a graph gives those of the whole vocabulary at every position: 2 GiB.
    private const int MaxLogits = int.MaxValue / sizeof(float);

    private readonly ModelSession _session;
    private readonly CausalLayout _layout;
    private readonly RowOutput? _difference;
    private readonly OrtValue _keepNothing = OrtValue.CreateTensorValueFromMemory([0L], [1]);
    private readonly OrtValue _keepFirstRow = OrtValue.CreateTensorValueFromMemory([1L], [1]);
    private readonly OrtValue[] _values;
    private readonly string[] _outputNames;
    private readonly string[] _cacheNames;
    private readonly CausalInputs _prefixInputs;
    private OrtValue[] _emptyPast = [];
    private int _emptyPastRows;

    /// <summary>Creates the session.</summary>
    /// <param name="session">The session of ONNX Runtime; this owns it.</param>
    /// <param name="layout">Inputs and outputs of its graph.</param>
    public CausalSession(InferenceSession session, CausalLayout layout)
    {
        _layout = layout;
        string[] names =
        [
            TokenInputs.Ids,
            .. layout.TakesMask ? [TokenInputs.AttentionMask] : Array.Empty<string>(),
            .. layout.TakesPositions ? [TokenInputs.PositionIds] : Array.Empty<string>(),
            .. layout.Pasts.Select(past => past.Name),
            .. layout.TakesLast ? [CausalGraph.Positions] : Array.Empty<string>(),
            .. layout.SharesPrefix ? [CausalGraph.KeptRows] : Array.Empty<string>(),
        ];
        _session = new ModelSession(session, names);
        _values = new OrtValue[names.Length];
        _prefixInputs = CreateInputs();
        _difference = layout.Output == CausalOutput.Difference ? new RowOutput(layout.OutputName, isHalf: false) : null;
        _outputNames = layout.Output == CausalOutput.Vocabulary ? [layout.OutputName, CausalGraph.LogitsShape] : [layout.OutputName];
        _cacheNames = layout.SharesPrefix ? [.. layout.Pasts.Select(past => CausalGraph.KeptNameOf(past.Name))] : [];
    }

    /// <summary>Whether rows can share a prefix.</summary>
    public bool SharesPrefix => _layout.SharesPrefix;

    /// <summary>Creates the inputs of micro-batches of this session.</summary>
    public CausalInputs CreateInputs() => new(_layout);

    /// <summary>Returns how many rows one run takes: all, unless the graph gives logits of the whole vocabulary at every position.</summary>
    public int RowsPerRun(int rows, int longest) => _layout.Output == CausalOutput.Vocabulary
        ? (int)Math.Clamp(MaxLogits / (longest * (long)_layout.VocabularySize), 1, rows)
        : rows;

    /// <summary>Runs a micro-batch.</summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="cache">Keys and values of the prefix that stands before every row; null for none.</param>
    /// <param name="logits">Receives one logit per row.</param>
    /// <exception cref="OnnxRuntimeException">A run failed.</exception>
    /// <exception cref="ScoringException">The graph gave something else than logits of these rows.</exception>
    public void Score(CausalInputs inputs, KeyValueCache? cache, Span<float> logits)
    {
        for (var first = 0; first < inputs.Rows; first += inputs.RowsPerRun)
        {
            Score(inputs, first, cache, logits[first..Math.Min(first + inputs.RowsPerRun, inputs.Rows)]);
        }
    }

    /// <summary>Computes the keys and values of a prefix.</summary>
    /// <param name="prefix">The tokens.</param>
    /// <param name="start">Keys and values of tokens that the prefix begins with, at least one fewer; null for none.</param>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public KeyValueCache Compute(TokenPrefix prefix, KeyValueCache? start)
    {
        var known = start?.Prefix.Length ?? 0;
        _prefixInputs.Begin(rows: 1, prefix.Length - known, known, rowsPerRun: 1);
        _prefixInputs.Write(0, prefix.Ids.Span[known..]);
        var computed = new KeyValueCache(prefix, _layout.Pasts);
        try
        {
            using var tensors = new CausalTensors(_prefixInputs, firstRow: 0, rows: 1);
            SetValues(tensors, rows: 1, start, _keepFirstRow);
            _session.Run(_values, _cacheNames, computed.Outputs, SizeOf(_prefixInputs, rows: 1, start));
            return computed;
        }
        catch
        {
            computed.Dispose();
            throw;
        }
    }

    /// <summary>Returns the size in bytes of a prefix's keys and values.</summary>
    public long BytesOf(TokenPrefix prefix) => _layout.Pasts.Sum(past => past.BytesOf(prefix.Length));

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_emptyPast, value => value.Dispose());
        _keepNothing.Dispose();
        _keepFirstRow.Dispose();
        _session.Dispose();
    }

    private static RunSize SizeOf(CausalInputs inputs, int rows, KeyValueCache? cache) =>
        new(rows, inputs.Longest, inputs.Longest + (cache?.Prefix.Length ?? 0));

    private void Score(CausalInputs inputs, int firstRow, KeyValueCache? cache, Span<float> logits)
    {
        using var tensors = new CausalTensors(inputs, firstRow, logits.Length);
        SetValues(tensors, logits.Length, cache, _keepNothing);
        var size = SizeOf(inputs, logits.Length, cache);
        if (_difference is not null)
        {
            _difference.Run(_session, _values, size, logits);
            return;
        }

        using var outputs = _session.Run(_values, _outputNames, size);
        Read(outputs, inputs.Longest, logits);
    }

    /// <summary>Sets the values of a run in the order of the inputs' names.</summary>
    private void SetValues(CausalTensors tensors, int rows, KeyValueCache? cache, OrtValue keptRows)
    {
        var next = 0;
        _values[next++] = tensors.Ids;
        if (tensors.Mask is not null)
        {
            _values[next++] = tensors.Mask;
        }

        if (tensors.Positions is not null)
        {
            _values[next++] = tensors.Positions;
        }

        var past = cache is null ? EmptyPast(rows) : cache.Values;
        past.CopyTo(_values.AsSpan(next));
        next += past.Length;
        if (tensors.LastPositions is not null)
        {
            _values[next++] = tensors.LastPositions;
        }

        if (_layout.SharesPrefix)
        {
            _values[next] = keptRows;
        }
    }

    // A graph that shares no prefix takes one empty row per row.
    private ReadOnlySpan<OrtValue> EmptyPast(int rows)
    {
        var pastRows = _layout.SharesPrefix ? 1 : rows;
        if (_emptyPastRows != pastRows)
        {
            Array.ForEach(_emptyPast, value => value.Dispose());
            _emptyPast = [.. _layout.Pasts.Select(past => past.Create(pastRows, tokens: 0))];
            _emptyPastRows = pastRows;
        }

        return _emptyPast;
    }

    private void Read(IReadOnlyList<OrtValue> outputs, int longest, Span<float> logits)
    {
        var output = new FloatOutput(outputs[0]);
        if (!HasShape(output.Shape, outputs, logits.Length, longest))
        {
            throw output.ShapeFault();
        }

        var isLabel = _layout.Output == CausalOutput.Label;
        var width = isLabel ? 1 : (int)output.Shape[^1];
        for (var row = 0; row < logits.Length; row++)
        {
            logits[row] = isLabel ? output[row] : output[(row * width) + _layout.Yes] - output[(row * width) + _layout.No];
        }
    }

    private bool HasShape(ReadOnlySpan<long> shape, IReadOnlyList<OrtValue> outputs, int rows, int longest)
    {
        var word = Math.Max(_layout.Yes, _layout.No);
        return shape.Length > 0 && shape[0] == rows && _layout.Output switch
        {
            CausalOutput.Label => shape is [_] or [_, 1],
            CausalOutput.VocabularyAtEnd => shape is [_, 1, var size] && size > word,
            _ => outputs[1].GetTensorDataAsSpan<long>() is [var all, var tokens, var size] && all == rows && tokens == longest && size > word
                && shape is [_, var words] && words == size,
        };
    }
}
