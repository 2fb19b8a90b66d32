using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts.Dialects;

/// <summary>
/// An error answer in the form of Text Embeddings Inference, whose clients read <c>error</c> as a text, with the members of <see cref="Problem"/> that this
/// leaves room for.
/// </summary>
public sealed record TextEmbeddingsInferenceProblem
{
    private readonly Problem _problem;

    /// <summary>Creates the form of an error.</summary>
    public TextEmbeddingsInferenceProblem(Problem problem) => _problem = problem ?? throw new ArgumentNullException(nameof(problem));

    /// <summary>The message.</summary>
    public string Error => _problem.Detail;

    /// <summary>Kind of the error.</summary>
    public string ErrorType => _problem.Status switch
    {
        429 => "Overloaded",
        503 => "Unhealthy",
        >= 500 => "Backend",
        _ when _problem.Code == "text_too_long" => "Tokenizer",
        _ => "Validation",
    };

    /// <inheritdoc cref="Problem.Type"/>
    public string Type => _problem.Type;

    /// <inheritdoc cref="Problem.Title"/>
    public string Title => _problem.Title;

    /// <inheritdoc cref="Problem.Status"/>
    public int Status => _problem.Status;

    /// <inheritdoc cref="Problem.Detail"/>
    public string Detail => _problem.Detail;

    /// <inheritdoc cref="Problem.Code"/>
    public string Code => _problem.Code;

    /// <inheritdoc cref="Problem.Errors"/>
    public IReadOnlyList<FieldError>? Errors => _problem.Errors;

    /// <inheritdoc cref="Problem.Id"/>
    public string? Id => _problem.Id;

    /// <inheritdoc cref="Problem.Message"/>
    public string Message => _problem.Message;
}

/// <summary>Facts about the server in the form of Text Embeddings Inference.</summary>
/// <param name="ModelId">Name of the model.</param>
/// <param name="ModelType">Kind of the model.</param>
/// <param name="MaxInputLength">Maximum number of tokens of a pair; left out while it is not known.</param>
/// <param name="MaxClientBatchSize">Maximum number of texts of a request.</param>
/// <param name="ModelSha">Identifies the weights; left out while they are not known.</param>
/// <param name="ModelDtype">Precision of the weights; left out while it is not known.</param>
/// <param name="Version">Version of this server.</param>
public sealed record TextEmbeddingsInferenceInfo(
    string ModelId,
    TextEmbeddingsInferenceModelType ModelType,
    int? MaxInputLength,
    int MaxClientBatchSize,
    string? ModelSha,
    string? ModelDtype,
    string? Version);

/// <summary>Kind of a model.</summary>
/// <param name="Reranker">Its labels: none that clients need.</param>
public sealed record TextEmbeddingsInferenceModelType(RerankerLabels Reranker);

/// <summary>Labels of a reranker's one output.</summary>
public sealed record RerankerLabels
{
    /// <summary>Names of the labels by index.</summary>
    [JsonPropertyName("id2label")]
    public IReadOnlyDictionary<string, string> IdToLabel { get; } = new Dictionary<string, string> { ["0"] = "LABEL_0" };

    /// <summary>Indexes of the labels by name.</summary>
    [JsonPropertyName("label2id")]
    public IReadOnlyDictionary<string, int> LabelToId { get; } = new Dictionary<string, int> { ["LABEL_0"] = 0 };
}
