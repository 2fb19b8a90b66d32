using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Contracts;

/// <summary>
/// What a request may hold at most: settings <c>Rerank:Limits:…</c>. They bound memory and storage, before any tokenizer has seen the
/// text; a text within them that is longer than the model reads is cut by tokens, with a warning. Characters are UTF-16 code units.
/// Metadata is part of a job's state, which is written anew every few seconds: its ranges keep it under half a MiB as JSON.
/// </summary>
public sealed class RequestLimits
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank:Limits";

    /// <summary>Documents of a request.</summary>
    /// <value>1,000, as Cohere's API.</value>
    [Range(1, 10_000)]
    public int MaxDocuments { get; set; } = 1_000;

    /// <summary>Bytes of a request's body.</summary>
    /// <value>32 MiB. The Functions host takes 100 MB at most.</value>
    [Range(1_024, 100_000_000)]
    public int MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Characters of a query.</summary>
    /// <value>16,384: eight a token for 2,048 tokens.</value>
    [Range(1, 1_000_000)]
    public int MaxQueryCharacters { get; set; } = 16_384;

    /// <summary>Characters of one document.</summary>
    /// <value>1,000,000: a book; models read a few thousand tokens of it.</value>
    [Range(1, 100_000_000)]
    public int MaxDocumentCharacters { get; set; } = 1_000_000;

    /// <summary>Characters of an instruction.</summary>
    /// <value>4,096.</value>
    [Range(1, 100_000)]
    public int MaxInstructionCharacters { get; set; } = 4_096;

    /// <summary>Entries of <c>metadata</c>.</summary>
    /// <value>16, as OpenAI's API.</value>
    [Range(0, 64)]
    public int MaxMetadataEntries { get; set; } = 16;

    /// <summary>Characters of a key of <c>metadata</c>.</summary>
    /// <value>64, as OpenAI's API.</value>
    [Range(1, 128)]
    public int MaxMetadataKeyCharacters { get; set; } = 64;

    /// <summary>Characters of a value of <c>metadata</c>.</summary>
    /// <value>512, as OpenAI's API.</value>
    [Range(1, 1_024)]
    public int MaxMetadataValueCharacters { get; set; } = 512;
}
