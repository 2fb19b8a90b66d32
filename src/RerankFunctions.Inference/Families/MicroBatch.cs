using Microsoft.ML.OnnxRuntime;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Sessions;

namespace RerankFunctions.Inference.Families;

/// <summary>The inputs of one run over pairs of one or several jobs. It is prepared, run, then prepared again, by one thread at a time.</summary>
internal abstract class MicroBatch
{
    /// <summary>Number of pairs that are prepared.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the run had to compute the keys and values of the pairs' prefix; null where the pairs share none, and before the run.</summary>
    public bool? ComputedPrefix { get; protected set; }

    /// <summary>Writes the inputs of pairs. Safe while another micro-batch of the same model runs.</summary>
    /// <param name="pairs">At least one pair; their jobs must share a prefix (<see cref="EncodedPair.CanShareRunWith"/>).</param>
    /// <exception cref="ArgumentException">There is no pair, or two of them may not share a run.</exception>
    public void Prepare(ReadOnlySpan<EncodedPair> pairs)
    {
        Count = 0;
        ComputedPrefix = null;
        var longest = 0;
        foreach (var pair in pairs)
        {
            if (!pair.CanShareRunWith(pairs[0]))
            {
                throw new ArgumentException("The pairs have different prefixes. The pairs of a run must share one.", nameof(pairs));
            }

            longest = Math.Max(longest, pair.Length);
        }

        if (pairs.IsEmpty)
        {
            throw new ArgumentException("There is no pair. A run needs at least one.", nameof(pairs));
        }

        Write(pairs, longest);
        Count = pairs.Length;
    }

    /// <summary>Runs the prepared pairs. One micro-batch of a model runs at a time.</summary>
    /// <param name="logits">Receives one logit per pair, in the order of <see cref="Prepare"/>; a NaN stays a NaN.</param>
    /// <exception cref="ScoringException">The run failed, or the model gave something else than one logit per pair.</exception>
    /// <exception cref="InsufficientMemoryException">The run had not enough memory.</exception>
    public void Run(Span<float> logits)
    {
        try
        {
            RunUnmapped(logits);
        }
        catch (OnnxRuntimeException exception)
        {
            throw RunFailure.ToException(exception);
        }
    }

    /// <summary>Runs the prepared pairs and leaves the messages of ONNX Runtime as they are. They may hold token ids: not for texts of users.</summary>
    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    /// <exception cref="ScoringException">The model gave something else than one logit per pair.</exception>
    public void RunUnmapped(Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfZero(Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, Count);
        Score(logits);
    }

    /// <summary>Writes the inputs of pairs that may share a run.</summary>
    /// <param name="pairs">At least one pair.</param>
    /// <param name="longest">The largest length of a pair.</param>
    protected abstract void Write(ReadOnlySpan<EncodedPair> pairs, int longest);

    /// <summary>Runs the written inputs.</summary>
    /// <param name="logits">Receives one logit per pair.</param>
    protected abstract void Score(Span<float> logits);
}
