using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Onnx;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Runs a causal graph on rows of token ids. For one thread at a time.</summary>
internal sealed class CausalSession : IDisposable
{
    // What a run may compute where a graph gives logits of the whole vocabulary at every position: 2 GiB, if it is more than one row.
    private const int MaxLogits = int.MaxValue / sizeof(float);

    private readonly InferenceSession _session;
    private readonly CausalLayout _layout;
    private readonly RunOptions _runOptions = SessionSource.RunOptions();
    private readonly List<OrtValue> _noPast = [];
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly string[] _keptNames;
    private int _rowsOfNoPast;

    /// <summary>Takes a session over; <paramref name="layout"/> says how its graph is run.</summary>
    public CausalSession(InferenceSession session, CausalLayout layout)
    {
        _session = session;
        _layout = layout;
        _inputNames =
        [
            "input_ids",
            "attention_mask",
            .. layout.TakesPositions ? ["position_ids"] : Array.Empty<string>(),
            .. layout.Pasts.Select(past => past.Name),
            .. layout.TakesLast ? [CausalGraph.Positions] : Array.Empty<string>(),
            .. layout.SharesPrefix ? [CausalGraph.KeptRows] : Array.Empty<string>(),
        ];
        _outputNames = layout.Output == CausalOutput.Vocabulary ? [layout.OutputName, CausalGraph.LogitsShape] : [layout.OutputName];
        _keptNames = layout.SharesPrefix ? [.. layout.Pasts.Select(past => CausalGraph.KeptNameOf(past.Name))] : [];
    }

    /// <summary>Whether rows can share what they begin with.</summary>
    public bool SharesPrefix => _layout.SharesPrefix;

    /// <summary>Scores rows: in one run, or in several where the graph gives logits of the whole vocabulary at every position.</summary>
    /// <param name="rows">Tokens of each row after <paramref name="prefix"/>, at least one token a row.</param>
    /// <param name="prefix">What stands before every row; null for nothing.</param>
    /// <param name="logits">Receives one logit a row.</param>
    /// <param name="cancellationToken">Looked at before each run.</param>
    /// <exception cref="OnnxRuntimeException">A run failed.</exception>
    /// <exception cref="ScoringException">The graph gave something else than logits of these rows.</exception>
    public void Score(ReadOnlySpan<ReadOnlyMemory<int>> rows, SharedPrefix? prefix, Span<float> logits, CancellationToken cancellationToken)
    {
        var most = _layout.Output == CausalOutput.Vocabulary ? (int)Math.Max(1, MaxLogits / (Longest(rows) * (long)_layout.Vocabulary)) : rows.Length;
        for (var start = 0; start < rows.Length; start += most)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = rows[start..Math.Min(start + most, rows.Length)];
            using var outputs = Run(part, prefix, keptRows: 0, _outputNames);
            if (!HasShape(outputs, part) || !Read(outputs[0], logits.Slice(start, part.Length)))
            {
                throw new ScoringException("The model gave logits of another shape or type than those of its rows.");
            }
        }
    }

    /// <summary>Runs tokens and keeps their keys and values, those of <paramref name="before"/> included.</summary>
    /// <param name="ids">The tokens, at least one.</param>
    /// <param name="before">What stands before them; null for nothing.</param>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public SharedPrefix Keep(ReadOnlyMemory<int> ids, SharedPrefix? before) =>
        new([.. before is null ? [] : before.Ids, .. ids.Span], Run([ids], before, keptRows: 1, _keptNames));

    public void Dispose()
    {
        _noPast.ForEach(value => value.Dispose());
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static int Longest(ReadOnlySpan<ReadOnlyMemory<int>> rows)
    {
        var longest = 0;
        foreach (var row in rows)
        {
            longest = Math.Max(longest, row.Length);
        }

        return longest;
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(ReadOnlySpan<ReadOnlyMemory<int>> rows, SharedPrefix? prefix, int keptRows, string[] outputs)
    {
        using var inputs = new CausalInputs(rows, prefix?.Length ?? 0, keptRows, _layout.PadsLeft, _layout.PadId);
        var values = new List<OrtValue>(_inputNames.Length) { inputs.Ids, inputs.Mask };
        if (_layout.TakesPositions)
        {
            values.Add(inputs.PositionIds);
        }

        values.AddRange(prefix?.Values ?? PastOfNothing(rows.Length));
        if (_layout.TakesLast)
        {
            values.Add(inputs.LastPositions);
        }

        if (_layout.SharesPrefix)
        {
            values.Add(inputs.KeptRows);
        }

        return _session.Run(_runOptions, _inputNames, values, outputs);
    }

    // A graph that was not rewritten wants as many rows of nothing as there are rows.
    private List<OrtValue> PastOfNothing(int rows)
    {
        var rowsOfPast = _layout.SharesPrefix ? 1 : rows;
        if (_noPast.Count == 0 || _rowsOfNoPast != rowsOfPast)
        {
            _noPast.ForEach(value => value.Dispose());
            _noPast.Clear();
            _noPast.AddRange(_layout.Pasts.Select(past => OrtValue.CreateAllocatedTensorValue(
                OrtAllocator.DefaultInstance,
                past.ElementType == OnnxDataType.Float ? TensorElementType.Float : TensorElementType.Float16,
                [rowsOfPast, past.Heads, 0, past.HeadSize])));
            _rowsOfNoPast = rowsOfPast;
        }

        return _noPast;
    }

    private bool HasShape(IReadOnlyList<OrtValue> outputs, ReadOnlySpan<ReadOnlyMemory<int>> rows)
    {
        var count = rows.Length;
        var word = Math.Max(_layout.Yes, _layout.No);
        var shape = outputs[0].GetTensorTypeAndShape().Shape;
        return shape.Length > 0 && shape[0] == count && _layout.Output switch
        {
            CausalOutput.Difference => shape is [_, 1],
            CausalOutput.Label => shape is [_] or [_, 1],
            CausalOutput.VocabularyAtEnd => shape is [_, 1, var size] && size > word,
            _ => outputs[1].GetTensorDataAsSpan<long>() is [var all, var tokens, var size] && all == count && tokens == Longest(rows) && size > word,
        };
    }

    private bool Read(OrtValue output, Span<float> logits)
    {
        var info = output.GetTensorTypeAndShape();
        var isHalf = info.ElementDataType == TensorElementType.Float16;
        if (!isHalf && info.ElementDataType != TensorElementType.Float)
        {
            return false;
        }

        var floats = isHalf ? default : output.GetTensorDataAsSpan<float>();
        var halves = isHalf ? output.GetTensorDataAsSpan<Float16>() : default;
        var size = (int)(info.ElementCount / logits.Length);
        for (var row = 0; row < logits.Length; row++)
        {
            var (yes, no) = ((row * size) + _layout.Yes, (row * size) + _layout.No);
            logits[row] = _layout.Output is CausalOutput.Difference or CausalOutput.Label
                ? isHalf ? (float)halves[row] : floats[row]
                : isHalf ? (float)halves[yes] - (float)halves[no] : floats[yes] - floats[no];
        }

        return true;
    }
}
