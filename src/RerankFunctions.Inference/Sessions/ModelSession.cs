using Microsoft.ML.OnnxRuntime;

namespace RerankFunctions.Inference.Sessions;

/// <summary>An ONNX Runtime session of a model with the options of its runs. One run at a time.</summary>
/// <param name="session">The session; this owns it.</param>
/// <param name="inputs">Names of the inputs, in the order of the values that runs get.</param>
internal sealed class ModelSession(InferenceSession session, IReadOnlyCollection<string> inputs) : IDisposable
{
    private readonly RunOptions _options = CreateOptions();
    private readonly RunOptions _shrinking = CreateShrinkingOptions();

    /// <summary>Runs the model and lets it allocate the outputs.</summary>
    /// <param name="values">Values of the inputs.</param>
    /// <param name="outputs">Names of the outputs.</param>
    /// <param name="size">Size of the run.</param>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyCollection<OrtValue> values, IReadOnlyCollection<string> outputs, RunSize size) =>
        session.Run(OptionsFor(size), inputs, values, outputs);

    /// <summary>Runs the model and writes the outputs into given values.</summary>
    /// <param name="values">Values of the inputs.</param>
    /// <param name="outputs">Names of the outputs.</param>
    /// <param name="results">Receive the outputs; each has the type and the shape of its output.</param>
    /// <param name="size">Size of the run.</param>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    public void Run(IReadOnlyCollection<OrtValue> values, IReadOnlyCollection<string> outputs, IReadOnlyCollection<OrtValue> results, RunSize size) =>
        session.Run(OptionsFor(size), inputs, values, outputs, results);

    /// <inheritdoc/>
    public void Dispose()
    {
        _options.Dispose();
        _shrinking.Dispose();
        session.Dispose();
    }

    // ONNX Runtime must not log a failed run itself: its message may hold token ids.
    private static RunOptions CreateOptions() => new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private static RunOptions CreateShrinkingOptions()
    {
        var options = CreateOptions();
        options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        return options;
    }

    private RunOptions OptionsFor(RunSize size) => size.IsLarge ? _shrinking : _options;
}
