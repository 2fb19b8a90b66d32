using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Sessions;

/// <summary>An output in fp32 or fp16, read as fp32.</summary>
internal readonly ref struct FloatOutput
{
    private readonly ReadOnlySpan<float> _floats;
    private readonly ReadOnlySpan<Float16> _halves;
    private readonly bool _isHalf;

    /// <summary>Reads an output in place.</summary>
    /// <param name="value">The output. It must outlive this.</param>
    /// <exception cref="ScoringException">The output has another element type.</exception>
    public FloatOutput(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        Shape = info.Shape;
        _isHalf = info.ElementDataType == TensorElementType.Float16;
        if (_isHalf)
        {
            _halves = value.GetTensorDataAsSpan<Float16>();
        }
        else if (info.ElementDataType == TensorElementType.Float)
        {
            _floats = value.GetTensorDataAsSpan<float>();
        }
        else
        {
            throw new ScoringException($"The model gave logits of type {info.ElementDataType}. They must be Float or Float16.");
        }
    }

    /// <summary>Shape of the output.</summary>
    public ReadOnlySpan<long> Shape { get; }

    /// <summary>Creates the exception for a shape that does not fit the rows of the run.</summary>
    public ScoringException ShapeFault() => new($"The model gave logits of another shape than its rows have: [{string.Join(", ", Shape.ToArray())}].");

    /// <summary>Gets one number of the output in row-major order.</summary>
    public float this[int index] => _isHalf ? (float)_halves[index] : _floats[index];
}
