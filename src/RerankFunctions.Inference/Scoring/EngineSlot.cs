using System.Diagnostics.CodeAnalysis;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Scoring;

/// <summary>The memory of one run: its pairs, its inputs and its logits. An engine has two, so that one is prepared while the other runs.</summary>
/// <param name="inputs">The model's inputs.</param>
/// <param name="metrics">Receives what runs take, and their failures.</param>
/// <param name="time">Measures the time of runs.</param>
internal sealed class EngineSlot(MicroBatch inputs, EngineMetrics metrics, TimeProvider time)
{
    // Not a text of users. One like it has scored when the model was loaded.
    private static readonly ScoringRequest Probe = new("a", ["a"]);

    private EncodedPair[] _encoded = [];
    private float[] _logits = [];

    /// <summary>The pairs.</summary>
    public MicroBatchPairs Run { get; } = new();

    /// <summary>One logit per pair, after a run.</summary>
    public ReadOnlySpan<float> Logits => _logits.AsSpan(0, Run.Count);

    /// <summary>Writes the inputs of the pairs.</summary>
    /// <returns>Why it failed; null if it did not.</returns>
    public Exception? Prepare()
    {
        var count = Run.Count;
        if (_encoded.Length < count)
        {
            _encoded = new EncodedPair[Math.Max(count, 2 * _encoded.Length)];
            _logits = new float[_encoded.Length];
        }

        for (var i = 0; i < count; i++)
        {
            var pair = Run.Pairs[i];
            _encoded[i] = new EncodedPair(pair.Job.Encoded, pair.Index);
        }

        var failure = FailureOf(() => inputs.Prepare(_encoded.AsSpan(0, count)));
        Array.Clear(_encoded, 0, count);
        if (failure is not null)
        {
            metrics.RunFailed(failure);
        }

        return failure;
    }

    /// <summary>Runs the prepared inputs.</summary>
    /// <returns>Why it failed; null if it did not.</returns>
    public Exception? Execute()
    {
        var began = time.GetTimestamp();
        var failure = FailureOf(() => inputs.Run(_logits.AsSpan(0, Run.Count)));
        metrics.RunEnded(time.GetElapsedTime(began), failure);
        if (inputs.ComputedPrefix is { } isComputed)
        {
            metrics.PrefixUsed(isComputed);
        }

        return failure;
    }

    /// <summary>Returns whether the model still scores a pair that it has scored before. The pairs of this slot need not be prepared.</summary>
    public bool CanScore(IModelFamily family) => FailureOf(() =>
    {
        using var job = family.Encode(Probe, CancellationToken.None);
        inputs.Prepare([new EncodedPair(job, 0)]);
        inputs.Run(_logits.AsSpan(0, 1));
    }) is null;

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever fails, fails the jobs of the run, not the engine.")]
    private static Exception? FailureOf(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
