namespace RerankFunctions.Jobs.Protocol;

/// <summary>Every <c>error.code</c> with which a job can fail.</summary>
public static class FailureCodes
{
    /// <summary>The job used up its attempts, and none of them reached an outcome.</summary>
    public const string AttemptsExhausted = "attempts_exhausted";

    /// <summary>The job's deadline passed before it had an answer.</summary>
    public const string DeadlineExceeded = "deadline_exceeded";

    /// <summary>The stored request is missing or not readable.</summary>
    public const string RequestUnreadable = "request_unreadable";

    /// <summary>A text exceeds the model's limit, and the request does not let it be cut.</summary>
    public const string TextTooLong = "text_too_long";

    /// <summary>The model returned no usable score for a pair.</summary>
    public const string ModelError = "model_error";

    /// <summary>The model returned a score that is not a finite number.</summary>
    public const string ScoresNotFinite = "scores_not_finite";
}
