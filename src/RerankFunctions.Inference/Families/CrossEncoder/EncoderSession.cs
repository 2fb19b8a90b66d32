using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>
/// An ONNX Runtime session of an encoder with one logit a row, and the memory of its inputs, which grows to the largest micro-batch and is kept.
/// A micro-batch is begun, its rows are written, then it is run; one at a time.
/// </summary>
internal sealed class EncoderSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = SessionSource.RunOptions();
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly long[][] _cells;
    private readonly OrtValue?[] _values;
    private readonly int _padId;
    private int _rows;
    private int _width;

    /// <summary>Takes over a session.</summary>
    /// <param name="session">Disposed of with this object; also when this throws.</param>
    /// <param name="file">Name of the ONNX file, for messages.</param>
    /// <param name="output">Name of the output to read; null for <c>logits</c>, or the only one there is.</param>
    /// <param name="padId">The id that fills rows up.</param>
    /// <exception cref="ModelLoadException">Inputs or outputs are not those of a cross-encoder.</exception>
    public EncoderSession(InferenceSession session, string file, string? output, int padId)
    {
        _session = session;
        _padId = padId;
        try
        {
            _inputs = EncoderSignature.Inputs(session, file);
            _outputs = [EncoderSignature.Output(session, file, output)];
        }
        catch
        {
            Dispose();
            throw;
        }

        _cells = new long[_inputs.Length][];
        Array.Fill(_cells, []);
        _values = new OrtValue[_inputs.Length];
    }

    /// <summary>Begins a micro-batch of rows of a width, all padding.</summary>
    public void Begin(int rows, int width)
    {
        _rows = rows;
        _width = width;
        var size = checked(rows * width);
        for (var i = 0; i < _cells.Length; i++)
        {
            if (_cells[i].Length < size)
            {
                Release(i);
                _cells[i] = ArrayPool<long>.Shared.Rent(size);
            }

            _cells[i].AsSpan(0, size).Fill(_inputs[i] == EncoderSignature.InputIds ? _padId : 0);
        }
    }

    /// <summary>The cells of one row of an input; none where the model has no such input.</summary>
    public Span<long> Row(string input, int row) =>
        Array.IndexOf(_inputs, input) is >= 0 and var i ? _cells[i].AsSpan(row * _width, _width) : [];

    /// <summary>Runs the micro-batch.</summary>
    /// <param name="logits">Receives one logit a row.</param>
    /// <returns>False when the output has another shape than [rows, 1].</returns>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public bool Run(Span<float> logits)
    {
        try
        {
            for (var i = 0; i < _inputs.Length; i++)
            {
                _values[i] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _cells[i].AsMemory(0, _rows * _width), [_rows, _width]);
            }

            using var results = _session.Run(_runOptions, _inputs, _values!, _outputs);
            return Read(results[0], logits);
        }
        finally
        {
            for (var i = 0; i < _values.Length; i++)
            {
                _values[i]?.Dispose();
                _values[i] = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = 0; i < (_cells?.Length ?? 0); i++)
        {
            Release(i);
        }

        _runOptions.Dispose();
        _session.Dispose();
    }

    private bool Read(OrtValue result, Span<float> logits)
    {
        var output = result.GetTensorTypeAndShape();
        if (!output.Shape.AsSpan().SequenceEqual([_rows, 1]))
        {
            return false;
        }

        if (output.ElementDataType is TensorElementType.Float)
        {
            result.GetTensorDataAsSpan<float>().CopyTo(logits);
            return true;
        }

        var halves = result.GetTensorDataAsSpan<Float16>();
        for (var row = 0; row < halves.Length; row++)
        {
            logits[row] = (float)halves[row];
        }

        return true;
    }

    private void Release(int input)
    {
        if (_cells[input].Length > 0)
        {
            ArrayPool<long>.Shared.Return(_cells[input]);
        }

        _cells[input] = [];
    }
}
