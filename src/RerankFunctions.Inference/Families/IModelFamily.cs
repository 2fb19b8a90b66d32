using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Families;

/// <summary>A loaded model of one family: how a request becomes token ids, and micro-batches of them become logits.</summary>
internal interface IModelFamily : IDisposable
{
    /// <summary>The loaded model.</summary>
    ModelDescription Description { get; }

    /// <summary>Tokenizes and lays out every pair of a request. Safe for many threads at once, and while a run is under way.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    EncodedJob Encode(ScoringRequest request, CancellationToken cancellationToken);

    /// <summary>Runs one micro-batch. Called by one thread at a time.</summary>
    /// <param name="job">What <see cref="Encode"/> gave.</param>
    /// <param name="pairs">Indexes of the pairs to run, at least one.</param>
    /// <param name="logits">Receives one logit a pair, in the order of <paramref name="pairs"/>; a NaN stays a NaN.</param>
    /// <param name="cancellationToken">Looked at between the runs that one micro-batch may need.</param>
    /// <exception cref="ScoringException">The run failed.</exception>
    void Score(EncodedJob job, ReadOnlySpan<int> pairs, Span<float> logits, CancellationToken cancellationToken);
}
