using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>
/// The answer of <c>GET /v1/batches/{id}</c>: OpenAI's batch object with further fields. Times are Unix seconds. A field that does not apply is left out.
/// </summary>
public sealed record BatchStatus
{
    /// <summary>The batch.</summary>
    public required BatchId Id { get; init; }

    /// <summary><c>batch</c>.</summary>
    [JsonPropertyName("object")]
    public string ObjectType { get; } = "batch";

    /// <summary>The path of the API that the lines are for.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Why the batch failed as a whole.</summary>
    public BatchErrors? Errors { get; init; }

    /// <summary>The input: container and name of a blob.</summary>
    public required string InputFileId { get; init; }

    /// <summary>Time that the batch has, for instance <c>24h</c>.</summary>
    public required string CompletionWindow { get; init; }

    /// <summary>Its state.</summary>
    public required BatchState Status { get; init; }

    /// <summary>The results: container and name of a blob. Set once they can be read.</summary>
    public string? OutputFileId { get; init; }

    /// <summary>The lines that failed: container and name of a blob. Set once they can be read.</summary>
    public string? ErrorFileId { get; init; }

    /// <summary>When it was accepted.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When the input was read and the first lines were given to workers.</summary>
    public long? InProgressAt { get; init; }

    /// <summary>When it expires.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>When all lines had their results, or its time was over, and its output began to be put together.</summary>
    public long? FinalizingAt { get; init; }

    /// <summary>When it was completed.</summary>
    public long? CompletedAt { get; init; }

    /// <summary>When it failed.</summary>
    public long? FailedAt { get; init; }

    /// <summary>When it expired.</summary>
    public long? ExpiredAt { get; init; }

    /// <summary>When somebody cancelled it.</summary>
    public long? CancellingAt { get; init; }

    /// <summary>When the cancellation was complete.</summary>
    public long? CancelledAt { get; init; }

    /// <summary>Lines; the total is that of the part of the input that has been read.</summary>
    public required BatchCounts RequestCounts { get; init; }

    /// <summary>What the client attached.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Name of the model that scores lines which name none.</summary>
    public required string Model { get; init; }

    /// <summary>Facts about the input.</summary>
    public required BatchInput Input { get; init; }

    /// <summary>Pairs of query and document; the total is that of the part of the input that has been read.</summary>
    public required PairProgress Pairs { get; init; }

    /// <summary>Chunks, each a part of the input that one worker scores.</summary>
    public required ChunkProgress Chunks { get; init; }

    /// <summary>Tokens of the lines that are done.</summary>
    public required BatchUsage Usage { get; init; }

    /// <summary>Milliseconds from acceptance to the begin of the work on the input.</summary>
    public long? QueueMs { get; init; }

    /// <summary>Milliseconds from then to the end.</summary>
    public long? RunMs { get; init; }

    /// <summary>Links to the batch. The HTTP layer sets them, because it knows the URL.</summary>
    public JobLinks? Links { get; init; }
}

/// <summary>The state of a batch. It ends exactly once and never leaves its end state.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BatchState>))]
public enum BatchState
{
    /// <summary>Accepted; its input is read and cut into chunks.</summary>
    [JsonStringEnumMemberName("validating")]
    Validating,

    /// <summary>Workers score its chunks.</summary>
    [JsonStringEnumMemberName("in_progress")]
    InProgress,

    /// <summary>Its output is put together.</summary>
    [JsonStringEnumMemberName("finalizing")]
    Finalizing,

    /// <summary>Ended; each line has a result or an error.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>Ended without output.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Cancelled; the output of what was done is put together.</summary>
    [JsonStringEnumMemberName("cancelling")]
    Cancelling,

    /// <summary>Ended at the client's request, with the output of what was done.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Ended because its time was over, with the output of what was done.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,
}

/// <summary>Numbers of lines. Blank lines do not count.</summary>
/// <param name="Total">All lines.</param>
/// <param name="Completed">Lines with an answer.</param>
/// <param name="Failed">Lines with an error.</param>
public sealed record BatchCounts(long Total, long Completed, long Failed);

/// <summary>Numbers of pairs.</summary>
/// <param name="Total">All pairs.</param>
/// <param name="Scored">Pairs of lines that are done.</param>
public sealed record PairProgress(long Total, long Scored);

/// <summary>Numbers of chunks.</summary>
/// <param name="Total">All chunks.</param>
/// <param name="Completed">Chunks that are done.</param>
/// <param name="Active">Chunks that wait for a worker or have one.</param>
public sealed record ChunkProgress(int Total, int Completed, int Active);

/// <summary>Facts about an input.</summary>
/// <param name="Bytes">Size of the blob.</param>
/// <param name="Compression"><c>gzip</c>; left out for plain text, and before the input was read.</param>
/// <param name="Sha256">SHA-256 of the blob in hexadecimal; left out before the input was read.</param>
public sealed record BatchInput(long Bytes, string? Compression = null, string? Sha256 = null);

/// <summary>The errors of a batch that failed as a whole.</summary>
/// <param name="Data">The errors.</param>
public sealed record BatchErrors(IReadOnlyList<BatchError> Data)
{
    /// <summary><c>list</c>.</summary>
    [JsonPropertyName("object")]
    public string ObjectType { get; } = "list";
}

/// <summary>Why a batch failed as a whole.</summary>
/// <param name="Code">For programs, for instance <c>not_json_lines</c>.</param>
/// <param name="Message">For people, without text of the input.</param>
public sealed record BatchError(string Code, string Message);
