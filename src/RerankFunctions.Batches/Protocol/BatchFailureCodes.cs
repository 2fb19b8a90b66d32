namespace RerankFunctions.Batches.Protocol;

/// <summary>Every code with which a batch can fail as a whole, or a line fails without an answer of the API.</summary>
public static class BatchFailureCodes
{
    /// <summary>The input holds no line that is a JSON object, or is a JSON array.</summary>
    public const string NotJsonLines = "not_json_lines";

    /// <summary>The input has more lines than the limit.</summary>
    public const string TooManyLines = "too_many_lines";

    /// <summary>The input is larger than the limit.</summary>
    public const string InputTooLarge = "input_too_large";

    /// <summary>The input is a damaged gzip file.</summary>
    public const string InputDamaged = "input_damaged";

    /// <summary>The input was overwritten or deleted before all of it was read.</summary>
    public const string InputChanged = "input_changed";

    /// <summary>Somebody else wrote the blob of the output.</summary>
    public const string OutputChanged = "output_changed";

    /// <summary>The attempts are used up, and none of them reached an outcome.</summary>
    public const string AttemptsExhausted = "attempts_exhausted";

    /// <summary>A part of the batch that the app has stored is missing or not readable.</summary>
    public const string StateLost = "state_lost";
}
