using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>An ONNX Runtime session of an encoder with one logit per row. One run at a time.</summary>
/// <param name="session">The session; this owns it.</param>
/// <param name="layout">Inputs and output of its graph.</param>
internal sealed class EncoderSession(InferenceSession session, EncoderLayout layout) : IDisposable
{
    private readonly RunOptions _runOptions = SessionSource.RunOptions();
    private readonly string[] _outputs = [layout.Output];

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
        OrtValue[] values =
        [
            .. layout.Inputs.Select(name => name switch
            {
                TokenInputs.Ids => ids,
                TokenInputs.AttentionMask => mask,
                _ => types!,
            }),
        ];
        using var results = session.Run(_runOptions, layout.Inputs, values, _outputs);
        var output = new FloatOutput(results[0]);
        if (!output.Shape.SequenceEqual([inputs.Rows, 1]))
        {
            throw output.ShapeFault();
        }

        for (var row = 0; row < logits.Length; row++)
        {
            logits[row] = output[row];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runOptions.Dispose();
        session.Dispose();
    }
}
