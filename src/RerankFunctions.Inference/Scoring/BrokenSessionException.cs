using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// No run of a model succeeds any more. The job may be scored again once the model is loaded again.
/// </summary>
/// <param name="failure">Why the run failed that showed it.</param>
/// <param name="isSuspect">Whether a pair of the job may have broken the session: it was in the run that failed first.</param>
internal sealed class BrokenSessionException(Exception failure, bool isSuspect) : Exception("No run of the model succeeds any more.", failure)
{
    /// <summary>Whether a pair of the job may have broken the session.</summary>
    public bool IsSuspect => isSuspect;

    /// <summary>Why the run failed, without any text of query or document.</summary>
    public string Reason => InnerException is ScoringException scoring ? scoring.Message : InnerException!.GetType().Name;
}
