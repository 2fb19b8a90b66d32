using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>A validated request, as a job stores it and a worker scores it.</summary>
public sealed record RerankRequest
{
    /// <summary>Name of the model that scores, not an alias; the default model if the client named none.</summary>
    public required string Model { get; init; }

    /// <summary>The query, not blank.</summary>
    public required string Query { get; init; }

    /// <summary>The documents' texts in request order, at least one; a text may be empty.</summary>
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>Maximum number of results, at least 1; null for all.</summary>
    public int? TopN { get; init; }

    /// <summary>Whether results include their document's text.</summary>
    public bool ReturnDocuments { get; init; }

    /// <summary>Maximum number of tokens that are read of each document, at least 1; null for what the model's limit leaves.</summary>
    public int? MaxTokensPerDoc { get; init; }

    /// <summary>What happens to documents that are longer than the model reads.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LongDocuments LongDocuments { get; init; }

    /// <summary>Whether texts over the model's limit are cut; false to refuse the request then. Null is true.</summary>
    public bool? Truncates { get; init; }

    /// <summary>Instruction of a causal reranker's prompt; null for the model's default.</summary>
    public string? Instruction { get; init; }

    /// <summary>Whether <c>relevance_score</c> is the logit itself.</summary>
    public bool RawScores { get; init; }

    /// <summary>
    /// Priority as clients of Cohere's API send it, 0 (first) to 999; null for 0. Below 500 the job is interactive work, which comes before bulk work. Within
    /// each half, a job that is 100 further back gets half the share of the device.
    /// </summary>
    public int? Priority { get; init; }

    /// <summary>Seconds after which the answer is worth nothing any more, at least 1; null for never.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Address that receives the job's status when it has ended; null for none.</summary>
    public Uri? CallbackUrl { get; init; }

    /// <summary>What the client attached. The job's status returns it.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
