using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>An ONNX Runtime session of a causal model. One run at a time.</summary>
internal sealed class CausalSession : IDisposable
{
    // Limit of the logits that one run of several rows computes, where a graph gives those of the whole vocabulary at every position: 2 GiB.
    private const int MaxLogits = int.MaxValue / sizeof(float);

    private readonly InferenceSession _session;
    private readonly CausalLayout _layout;
    private readonly RunOptions _runOptions = SessionSource.RunOptions();
    private readonly OrtValue _keepNothing = OrtValue.CreateTensorValueFromMemory([0L], [1]);
    private readonly OrtValue _keepFirstRow = OrtValue.CreateTensorValueFromMemory([1L], [1]);
    private readonly List<OrtValue> _emptyPast = [];
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly string[] _cacheNames;
    private int _emptyPastRows;

    /// <summary>Creates the session.</summary>
    /// <param name="session">The session of ONNX Runtime; this owns it.</param>
    /// <param name="layout">Inputs and outputs of its graph.</param>
    public CausalSession(InferenceSession session, CausalLayout layout)
    {
        _session = session;
        _layout = layout;
        _inputNames =
        [
            TokenInputs.Ids,
            TokenInputs.AttentionMask,
            .. layout.TakesPositions ? [TokenInputs.PositionIds] : Array.Empty<string>(),
            .. layout.Pasts.Select(past => past.Name),
            .. layout.TakesLast ? [CausalGraph.Positions] : Array.Empty<string>(),
            .. layout.SharesPrefix ? [CausalGraph.KeptRows] : Array.Empty<string>(),
        ];
        _outputNames = layout.Output == CausalOutput.Vocabulary ? [layout.OutputName, CausalGraph.LogitsShape] : [layout.OutputName];
        _cacheNames = layout.SharesPrefix ? [.. layout.Pasts.Select(past => CausalGraph.KeptNameOf(past.Name))] : [];
    }

    /// <summary>Whether rows can share a prefix.</summary>
    public bool SharesPrefix => _layout.SharesPrefix;

    /// <summary>Creates the inputs of micro-batches of this session.</summary>
    public CausalInputs CreateInputs() => new(_layout.PadsLeft, _layout.PadId);

    /// <summary>Returns how many rows one run takes: all, unless the graph gives logits of the whole vocabulary at every position.</summary>
    public int RowsPerRun(int rows, int longest) => _layout.Output == CausalOutput.Vocabulary
        ? (int)Math.Clamp(MaxLogits / (longest * (long)_layout.VocabularySize), 1, rows)
        : rows;

    /// <summary>Runs a micro-batch.</summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="cache">Keys and values of the prefix that stands before every row; null for none.</param>
    /// <param name="logits">Receives one logit per row.</param>
    /// <param name="cancellationToken">Checked between runs.</param>
    /// <exception cref="OnnxRuntimeException">A run failed.</exception>
    /// <exception cref="ScoringException">The graph gave something else than logits of these rows.</exception>
    public void Score(CausalInputs inputs, KeyValueCache? cache, Span<float> logits, CancellationToken cancellationToken)
    {
        for (var first = 0; first < inputs.Rows; first += inputs.RowsPerRun)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = logits[first..Math.Min(first + inputs.RowsPerRun, inputs.Rows)];
            using var outputs = Run(inputs, first, part.Length, cache, _keepNothing, _outputNames);
            Read(outputs, inputs.Longest, part);
        }
    }

    /// <summary>Computes the keys and values of a prefix.</summary>
    /// <param name="prefix">The tokens.</param>
    /// <param name="start">Keys and values of tokens that the prefix begins with, at least one fewer; null for none.</param>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public KeyValueCache Compute(TokenPrefix prefix, KeyValueCache? start)
    {
        var known = start?.Prefix.Length ?? 0;
        var inputs = CreateInputs();
        inputs.Begin(rows: 1, prefix.Length - known, known, rowsPerRun: 1);
        inputs.Write(0, prefix.Ids.Span[known..]);
        return new KeyValueCache(prefix, Run(inputs, firstRow: 0, rows: 1, start, _keepFirstRow, _cacheNames));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _emptyPast.ForEach(value => value.Dispose());
        _keepNothing.Dispose();
        _keepFirstRow.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(CausalInputs inputs, int firstRow, int rows, KeyValueCache? cache, OrtValue keptRows, string[] outputs)
    {
        using var ids = inputs.Ids.ToTensor(firstRow, rows);
        using var mask = inputs.Mask.ToTensor(firstRow, rows);
        using var positions = inputs.PositionIds.ToTensor(firstRow, rows);
        using var lastPositions = inputs.LastPositions.ToTensor(firstRow, rows);
        OrtValue[] values =
        [
            ids,
            mask,
            .. _layout.TakesPositions ? [positions] : Array.Empty<OrtValue>(),
            .. cache?.Values ?? EmptyPast(rows),
            .. _layout.TakesLast ? [lastPositions] : Array.Empty<OrtValue>(),
            .. _layout.SharesPrefix ? [keptRows] : Array.Empty<OrtValue>(),
        ];
        return _session.Run(_runOptions, _inputNames, values, outputs);
    }

    // A graph that shares no prefix takes one empty row per row.
    private List<OrtValue> EmptyPast(int rows)
    {
        var pastRows = _layout.SharesPrefix ? 1 : rows;
        if (_emptyPast.Count == 0 || _emptyPastRows != pastRows)
        {
            _emptyPast.ForEach(value => value.Dispose());
            _emptyPast.Clear();
            _emptyPast.AddRange(_layout.Pasts.Select(past => past.CreateEmpty(pastRows)));
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

        var isDifference = _layout.Output is CausalOutput.Difference or CausalOutput.Label;
        var width = isDifference ? 1 : (int)output.Shape[^1];
        for (var row = 0; row < logits.Length; row++)
        {
            logits[row] = isDifference ? output[row] : output[(row * width) + _layout.Yes] - output[(row * width) + _layout.No];
        }
    }

    private bool HasShape(ReadOnlySpan<long> shape, IReadOnlyList<OrtValue> outputs, int rows, int longest)
    {
        var word = Math.Max(_layout.Yes, _layout.No);
        return shape.Length > 0 && shape[0] == rows && _layout.Output switch
        {
            CausalOutput.Difference => shape is [_, 1],
            CausalOutput.Label => shape is [_] or [_, 1],
            CausalOutput.VocabularyAtEnd => shape is [_, 1, var size] && size > word,
            _ => outputs[1].GetTensorDataAsSpan<long>() is [var all, var tokens, var size] && all == rows && tokens == longest && size > word
                && shape is [_, var words] && words == size,
        };
    }
}
