namespace RerankFunctions.Contracts;

/// <summary>
/// An error answer: <c>application/problem+json</c> (RFC 9457), with the members beside it that other rerank APIs' clients show:
/// <c>message</c> (Cohere's), <c>detail</c> (Jina's, Voyage's) and <c>error.message</c> (OpenAI's, vLLM's).
/// Every status that this API answers with, but for those of the Functions host, is made here.
/// </summary>
public sealed record Problem
{
    private const int ErrorsInDetail = 3;

    private Problem(int status, string title, string code, string detail)
    {
        Status = status;
        Title = title;
        Code = code;
        Detail = detail;
    }

    /// <summary>URI of the kind of problem; <c>about:blank</c> says that the status tells all.</summary>
    public string Type { get; } = "about:blank";

    /// <summary>The status in words.</summary>
    public string Title { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>What is wrong and what is allowed, for people; without any text that the client sent.</summary>
    public string Detail { get; }

    /// <summary>For programs.</summary>
    public string Code { get; }

    /// <summary>The fields at fault, all of them.</summary>
    public IReadOnlyList<FieldError>? Errors { get; private init; }

    /// <summary>Of a server error: finds it in the log.</summary>
    public string? Id { get; private init; }

    /// <summary>The same as <see cref="Detail"/>.</summary>
    public string Message => Detail;

    /// <summary>The same once more, in the shape of OpenAI's API.</summary>
    public ProblemError Error => new(Detail, Status < 500 ? "invalid_request_error" : "server_error", Code);

    /// <summary>400: the body is no JSON text that can be read.</summary>
    public static Problem Malformed(string code, string detail) => new(400, "Bad Request", code, detail);

    /// <summary>404: the same for ids that never were and for text that is no id.</summary>
    public static Problem JobNotFound() => new(404, "Not Found", "job_not_found", "There is no job with this id.");

    /// <summary>413: the body is larger than the limit.</summary>
    public static Problem BodyTooLarge(long limit) =>
        new(413, "Content Too Large", "body_too_large", Invariant($"The body must not be larger than {limit:N0} bytes."));

    /// <summary>415: the body is declared to be something else than JSON in UTF-8.</summary>
    public static Problem UnsupportedMediaType() =>
        new(415, "Unsupported Media Type", "unsupported_media_type", "Content-Type must be application/json, in UTF-8.");

    /// <summary>422: fields are not valid.</summary>
    public static Problem InvalidFields(IReadOnlyList<FieldError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var detail = string.Join("; ", errors.Take(ErrorsInDetail).Select(error => $"{error.Path}: {error.Message}"));
        var more = errors.Count > ErrorsInDetail ? Invariant($"; and {errors.Count - ErrorsInDetail} more") : "";
        return new Problem(422, "Unprocessable Content", "invalid_request", detail + more) { Errors = errors };
    }

    /// <summary>422: the idempotency key belongs to a job with another body.</summary>
    public static Problem IdempotencyKeyReused() => new(
        422, "Unprocessable Content", "idempotency_key_reused", "The Idempotency-Key was used before with another request.");

    /// <summary>500: something that no client can mend.</summary>
    /// <param name="id">Finds the error in the log.</param>
    public static Problem Internal(string id) =>
        new(500, "Internal Server Error", "internal_error", $"The server failed; its log has more under {id}.") { Id = id };

    /// <summary>503: storage does not answer; the client should try again.</summary>
    /// <param name="id">Finds the error in the log.</param>
    public static Problem StorageUnavailable(string id) =>
        new(503, "Service Unavailable", "storage_unavailable", "Storage does not answer; nothing was lost. Try again.") { Id = id };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
