using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Families;

/// <summary>A loaded model of one family, which knows how requests become token ids and micro-batches of them become logits.</summary>
internal interface IModelFamily : IDisposable
{
    /// <summary>The loaded model.</summary>
    ModelDescription Description { get; }

    /// <summary>Tokenizes every pair of a request and cuts it to fit. Safe for many threads at once, and during a run.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    EncodedJob Encode(ScoringRequest request, CancellationToken cancellationToken);

    /// <summary>Creates a micro-batch. With two of them, one is prepared while the other runs; only one may run at a time.</summary>
    MicroBatch CreateMicroBatch();
}
