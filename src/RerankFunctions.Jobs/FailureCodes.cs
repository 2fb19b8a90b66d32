namespace RerankFunctions.Jobs;

/// <summary>Why a job failed: every code that <c>error.code</c> of a job can have.</summary>
public static class FailureCodes
{
    /// <summary>The job was tried as often as allowed, and no attempt came to an end.</summary>
    public const string AttemptsExhausted = "attempts_exhausted";

    /// <summary>The stored request is missing or cannot be read.</summary>
    public const string RequestUnreadable = "request_unreadable";

    /// <summary>The model gave no usable score for a pair.</summary>
    public const string ModelError = "model_error";

    /// <summary>The model gave a score that is no finite number.</summary>
    public const string ScoresNotFinite = "scores_not_finite";
}
