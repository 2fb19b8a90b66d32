namespace RerankFunctions.Inference.Abstractions;

/// <summary>The one way from jobs to models: scores the pairs of a job.</summary>
public interface IReranker
{
    /// <summary>The loaded model's description. Waits for the load when it is still under way.</summary>
    /// <exception cref="ModelLoadException">The model folder cannot be used; the message says which file and why.</exception>
    Task<ModelDescription> GetModelAsync(CancellationToken cancellationToken);

    /// <summary>Scores one query against its documents. Waits for the load when it is still under way.</summary>
    /// <param name="request">What to score and how.</param>
    /// <param name="scored">Told the number of pairs scored so far; may be called from any thread.</param>
    /// <param name="cancellationToken">Ends the work; pairs not yet run are dropped.</param>
    /// <exception cref="ModelLoadException">The model folder cannot be used.</exception>
    /// <exception cref="ScoringException">The model gave no usable score for a pair (NaN, or its run failed).</exception>
    /// <exception cref="OutOfMemoryException">A run had no memory; another attempt may have it.</exception>
    Task<PairScores> ScoreAsync(ScoringRequest request, IProgress<int>? scored, CancellationToken cancellationToken);
}
