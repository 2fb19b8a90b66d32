using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>An ONNX Runtime session of an encoder with one logit per row. One run at a time.</summary>
/// <param name="session">The session; this owns it.</param>
/// <param name="layout">Inputs and output of its graph.</param>
internal sealed class EncoderSession(InferenceSession session, EncoderLayout layout) : IDisposable
{
    private readonly ModelSession _session = new(session, layout.Inputs);
    private readonly RowOutput _output = new(layout.Output, layout.IsHalf);
    private readonly OrtValue[] _values = new OrtValue[layout.Inputs.Count];

    /// <summary>Inputs and output of the graph.</summary>
    public EncoderLayout Layout => layout;

    /// <summary>Runs a micro-batch.</summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="logits">Receives one logit per row.</param>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    /// <exception cref="ScoringException">The output is not one logit per row.</exception>
    public void Score(EncoderInputs inputs, Span<float> logits)
    {
        using var ids = inputs.Ids.ToTensor(0, inputs.Rows);
        using var mask = inputs.Mask.ToTensor(0, inputs.Rows);
        using var types = inputs.Types?.ToTensor(0, inputs.Rows);
        for (var i = 0; i < _values.Length; i++)
        {
            _values[i] = layout.Inputs[i] switch
            {
                TokenInputs.Ids => ids,
                TokenInputs.AttentionMask => mask,
                _ => types!,
            };
        }

        _output.Run(_session, _values, new RunSize(inputs.Rows, inputs.Longest, inputs.Longest), logits);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
