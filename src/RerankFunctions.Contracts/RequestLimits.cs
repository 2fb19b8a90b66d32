using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Contracts;

/// <summary>
/// Limits of a request: settings <c>Rerank:Limits:…</c>. They bound memory and storage before a tokenizer reads the text. A text within
/// them that exceeds the model's limit is cut by tokens, with a warning. Characters are UTF-16 code units. Metadata is part of a job's
/// state, which is rewritten every few seconds: its ranges keep it under half a MiB of JSON.
/// </summary>
public sealed class RequestLimits : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank:Limits";

    /// <summary>Maximum of a request's priority.</summary>
    public const int MaxPriority = 999;

    /// <summary>Maximum of a request's time-out: a week.</summary>
    public const int MaxTimeoutSeconds = 7 * 24 * 60 * 60;

    /// <summary>Maximum number of documents of a request.</summary>
    /// <value>1,000, as in Cohere's API.</value>
    [Range(1, 10_000)]
    public int MaxDocuments { get; set; } = 1_000;

    /// <summary>Maximum size of a request's body in bytes.</summary>
    /// <value>32 MiB. The Functions host accepts up to 100 MiB.</value>
    [Range(1_024, 100_000_000)]
    public int MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Maximum number of bytes of the bodies that the process works on at one time. They count when they arrive and until their request
    /// has its answer. A byte takes up to four bytes of memory.
    /// </summary>
    /// <value>64 MiB: two bodies of the maximum size.</value>
    [Range(1_024, 1L << 40)]
    public long MaxConcurrentBodyBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Minimum rate at which a body must arrive after its first five seconds, in bytes per second.</summary>
    /// <value>32,768: a body of the maximum size takes at most 17 minutes.</value>
    [Range(1, 10_000_000)]
    public int MinUploadBytesPerSecond { get; set; } = 32 * 1024;

    /// <summary>Maximum number of characters of a query.</summary>
    /// <value>16,384: 2,048 tokens of eight characters.</value>
    [Range(1, 1_000_000)]
    public int MaxQueryCharacters { get; set; } = 16_384;

    /// <summary>Maximum number of characters of one document.</summary>
    /// <value>1,000,000: a book. Models read a few thousand tokens of it.</value>
    [Range(1, 100_000_000)]
    public int MaxDocumentCharacters { get; set; } = 1_000_000;

    /// <summary>Maximum number of characters of an instruction.</summary>
    /// <value>4,096.</value>
    [Range(1, 100_000)]
    public int MaxInstructionCharacters { get; set; } = 4_096;

    /// <summary>Maximum number of entries of <c>metadata</c>.</summary>
    /// <value>16, as in OpenAI's API.</value>
    [Range(0, 64)]
    public int MaxMetadataEntries { get; set; } = 16;

    /// <summary>Maximum number of characters of a key of <c>metadata</c>.</summary>
    /// <value>64, as in OpenAI's API.</value>
    [Range(1, 128)]
    public int MaxMetadataKeyCharacters { get; set; } = 64;

    /// <summary>Maximum number of characters of a value of <c>metadata</c>.</summary>
    /// <value>512, as in OpenAI's API.</value>
    [Range(1, 1_024)]
    public int MaxMetadataValueCharacters { get; set; } = 512;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxConcurrentBodyBytes < MaxBodyBytes)
        {
            yield return new ValidationResult(
                FormattableString.Invariant($"MaxConcurrentBodyBytes ({MaxConcurrentBodyBytes}) must be at least MaxBodyBytes ({MaxBodyBytes})."),
                [nameof(MaxConcurrentBodyBytes)]);
        }
    }
}
