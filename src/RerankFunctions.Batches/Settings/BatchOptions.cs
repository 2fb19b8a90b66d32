using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Batches.Settings;

/// <summary>Settings of batches: <c>Rerank:Batches:…</c>. Leases, attempts and retention are those of jobs.</summary>
public sealed class BatchOptions : IValidatableObject
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank:Batches";

    /// <summary>Maximum number of chunks of a batch, and so of the blocks of its output; storage allows 50,000.</summary>
    public const int MaxChunks = 40_000;

    /// <summary>Maximum of <see cref="MaxLines"/>.</summary>
    public const long MostLines = 100_000_000;

    private const string NamePattern = "^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$";
    private const string NameRule = "It must be 3 to 63 lower-case letters, digits and single hyphens.";

    /// <summary>Blob container whose blobs start batches by themselves. The app creates it when it is missing.</summary>
    /// <value><c>rerank-drops</c>.</value>
    [Required]
    [RegularExpression(NamePattern, ErrorMessage = NameRule)]
    public string DropContainer { get; set; } = "rerank-drops";

    /// <summary>Further containers that a request for a batch may name, with commas between; empty for none.</summary>
    /// <value><c>rerank-inputs</c>.</value>
    [RegularExpression("^$|^(?=[^,]{3,63}(,|$))[a-z0-9]+(-[a-z0-9]+)*(,(?=[^,]{3,63}(,|$))[a-z0-9]+(-[a-z0-9]+)*)*$",
        ErrorMessage = "It must be names of 3 to 63 lower-case letters, digits and single hyphens, with commas between.")]
    public string InputContainers { get; set; } = "rerank-inputs";

    /// <summary>Blob container of the outputs. The app creates it when it is missing.</summary>
    /// <value><c>rerank-results</c>.</value>
    [Required]
    [RegularExpression(NamePattern, ErrorMessage = NameRule)]
    public string OutputContainer { get; set; } = "rerank-results";

    /// <summary>Time after which a batch expires whose request names none.</summary>
    /// <value><c>24h</c>.</value>
    [CustomValidation(typeof(BatchOptions), nameof(ValidateWindow))]
    public string CompletionWindow { get; set; } = "24h";

    /// <summary>Pairs after which a chunk ends: the work that a crash can lose, and that a worker takes at once.</summary>
    /// <value>4,000.</value>
    [Range(1, 1_000_000)]
    public int ChunkPairs { get; set; } = 4_000;

    /// <summary>Bytes after which a chunk ends. A worker holds the chunks that it scores in memory.</summary>
    /// <value>4 MiB.</value>
    [Range(1_024, 256 * 1024 * 1024)]
    public int ChunkBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Maximum number of chunks of one batch that wait in the queue or have a worker.</summary>
    /// <value>16: as many messages as a worker takes at once.</value>
    [Range(1, 64)]
    public int MaxChunksInFlight { get; set; } = 16;

    /// <summary>Maximum size in bytes of an input, when it is not compressed any more.</summary>
    /// <value>100 GiB.</value>
    [Range(1_024L, 16L * 1024 * 1024 * 1024 * 1024)]
    public long MaxInputBytes { get; set; } = 100L * 1024 * 1024 * 1024;

    /// <summary>Maximum number of lines of an input, blank ones not counted.</summary>
    /// <value>10,000,000.</value>
    [Range(1L, MostLines)]
    public long MaxLines { get; set; } = 10_000_000;

    /// <summary>The containers that an input may lie in.</summary>
    internal IReadOnlyCollection<string> Containers =>
        [DropContainer, .. InputContainers.Split(',', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>The window of <see cref="CompletionWindow"/>.</summary>
    internal TimeSpan Window => Contracts.CompletionWindow.TryParse(CompletionWindow, out var window) ? window : throw new FormatException("Not validated.");

    /// <summary>Validates <see cref="CompletionWindow"/>.</summary>
    public static ValidationResult? ValidateWindow(string? window, ValidationContext context) => Contracts.CompletionWindow.TryParse(window, out _)
        ? ValidationResult.Success
        : new ValidationResult("It must be from 1m to 6d, in whole minutes (m), hours (h) or days (d).", [context?.MemberName ?? ""]);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Containers.Contains(OutputContainer))
        {
            yield return new ValidationResult(
                "It must not be a container of inputs: an output would start a batch of its own.", [nameof(OutputContainer)]);
        }
    }
}
