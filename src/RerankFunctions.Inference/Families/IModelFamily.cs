using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Documents;

namespace RerankFunctions.Inference.Families;

/// <summary>A loaded model of one family, which knows how requests become token ids and micro-batches of them become logits.</summary>
internal interface IModelFamily : IDisposable
{
    /// <summary>The loaded model.</summary>
    ModelDescription Description { get; }

    /// <summary>Tokenizes every pair of a request and cuts it to fit. Safe for many threads at once, and during a run.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    EncodedJob Encode(ScoringRequest request, CancellationToken cancellationToken);

    /// <summary>Cuts the documents of a request into chunks that a pair has room for. Safe for many threads at once.</summary>
    /// <param name="request">Query and documents.</param>
    /// <param name="maxChunks">Maximum number of chunks of a document.</param>
    /// <param name="cancellationToken">Checked before every document and during long ones.</param>
    /// <returns>The chunks of each document.</returns>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    DocumentChunks[] Cut(ScoringRequest request, int maxChunks, CancellationToken cancellationToken);

    /// <summary>Creates a micro-batch. With two of them, one is prepared while the other runs; only one may run at a time.</summary>
    MicroBatch CreateMicroBatch();
}
