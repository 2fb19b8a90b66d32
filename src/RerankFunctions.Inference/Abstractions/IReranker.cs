namespace RerankFunctions.Inference.Abstractions;

/// <summary>The one way from jobs to models: scores the pairs of a request on the model that it names.</summary>
public interface IReranker
{
    /// <summary>Returns the state of a model now. Starts no load.</summary>
    /// <param name="model">Name or alias of the model; null for the default one.</param>
    ModelState StateOf(string? model);

    /// <summary>
    /// Returns the description of a model. Waits while it is fetched and loaded, also across retries of transient failures, but not for memory that
    /// other models use: a model that waits for it is loaded when a request needs it.
    /// </summary>
    /// <param name="model">Name or alias of the model; null for the default one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ModelLoadException">The model is not served, or cannot be loaded and no further try is made.</exception>
    Task<ModelDescription> GetModelAsync(string? model, CancellationToken cancellationToken);

    /// <summary>Scores one query against its documents. Waits for the model, and for memory that other models use.</summary>
    /// <param name="request">What to score and how.</param>
    /// <param name="scored">
    /// Receives each pair's score as soon as it is known, from any thread, now and then more than once. It must not throw.
    /// </param>
    /// <param name="cancellationToken">Ends the work; pairs that have not run are dropped.</param>
    /// <exception cref="ModelLoadException">The model is not served, or cannot be loaded and no further try is made.</exception>
    /// <exception cref="ScoringException">The model gave no usable score for a pair, because its run failed or its score is NaN.</exception>
    /// <exception cref="EngineFullException">Too much work is in the engine, and the request does not wait.</exception>
    /// <exception cref="TextTooLongException">A text exceeds the model's limit, and the request does not let it be cut.</exception>
    /// <exception cref="OutOfMemoryException">A run had not enough memory; another attempt may have it.</exception>
    /// <exception cref="TimeoutException">The request's deadline passed before all pairs were scored.</exception>
    Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? scored, CancellationToken cancellationToken);
}
