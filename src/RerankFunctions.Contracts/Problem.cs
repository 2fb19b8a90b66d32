using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>
/// An error answer: <c>application/problem+json</c> (RFC 9457), with the members that clients of other rerank APIs show:
/// <c>message</c> (Cohere), <c>detail</c> (Jina, Voyage) and <c>error.message</c> (OpenAI, vLLM).
/// It creates every error status of this API except those of the Functions host.
/// </summary>
public sealed record Problem
{
    private const int ErrorsInDetail = 3;

    // Ten thousand documents can have an error each.
    private const int MaxErrors = 100;

    // Number of invalid fields, of which Errors holds the first ones.
    private int _invalidFields;

    private Problem(int status, string title, string code, string detail)
    {
        Status = status;
        Title = title;
        Code = code;
        Detail = detail;
    }

    /// <summary>URI of the problem's type; <c>about:blank</c> when the status says enough.</summary>
    public string Type { get; } = "about:blank";

    /// <summary>Name of the status.</summary>
    public string Title { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>What is wrong and what is allowed, for people, without text that the client sent.</summary>
    public string Detail { get; }

    /// <summary>Code for programs.</summary>
    public string Code { get; }

    /// <summary>The invalid fields, at most 100 of them.</summary>
    public IReadOnlyList<FieldError>? Errors { get; private init; }

    /// <summary>Id of a server error in the log, or of the job that the request has become.</summary>
    public string? Id { get; private init; }

    /// <summary>Same as <see cref="Detail"/>.</summary>
    public string Message => Detail;

    /// <summary>Same as <see cref="Detail"/>, in the form of OpenAI's API.</summary>
    public ProblemError Error => new(Detail, Status < 500 ? "invalid_request_error" : "server_error", Code);

    /// <summary>400: the request cannot be read.</summary>
    public static Problem Malformed(string code, string detail) => new(400, "Bad Request", code, detail);

    /// <summary>401: the request has no key, or one that the server does not know.</summary>
    public static Problem Unauthorized() => new(
        401, "Unauthorized", "unauthorized", "The request has no valid key. Send one as Authorization: Bearer KEY, api-key or x-functions-key.");

    /// <summary>403: no key would do, because the server has none.</summary>
    public static Problem NoClientKeys() => new(
        403,
        "Forbidden",
        "no_client_keys",
        "The server has no client keys, so its rerank routes are closed. Its operator sets Rerank:ClientKeys:NAME, or opens them with Rerank:AllowAnonymous.");

    /// <summary>404: no model has the name in the request.</summary>
    /// <param name="served">The models that are served.</param>
    public static Problem ModelNotFound(ServedModels served)
    {
        ArgumentNullException.ThrowIfNull(served);
        return new Problem(404, "Not Found", "model_not_found", $"The model {served.Refusal}.");
    }

    /// <summary>404: for unknown ids and for text that is not an id alike.</summary>
    public static Problem JobNotFound() => new(404, "Not Found", "job_not_found", "No job has this id.");

    /// <summary>404: for unknown ids of batches and for text that is not an id alike.</summary>
    public static Problem BatchNotFound() => new(404, "Not Found", "batch_not_found", "No batch has this id.");

    /// <summary>404: the input of a batch does not exist.</summary>
    public static Problem InputNotFound() => new(404, "Not Found", "input_not_found", "The input does not exist, is empty, or is not a block blob.");

    /// <summary>409: the batch has ended, so it cannot be cancelled.</summary>
    public static Problem BatchEnded() => new(409, "Conflict", "batch_ended", "The batch has ended; only one that has not can be cancelled.");

    /// <summary>409: the job has ended, so it cannot be canceled.</summary>
    public static Problem JobEnded() => new(409, "Conflict", "job_ended", "The job has ended; only a queued or running job can be canceled.");

    /// <summary>408: the body arrives more slowly than the server waits for it.</summary>
    public static Problem UploadTooSlow() =>
        new(408, "Request Timeout", "upload_too_slow", "The body arrives too slowly. Send it faster, or send less.");

    /// <summary>413: the body is larger than the limit.</summary>
    public static Problem BodyTooLarge(long limit) =>
        new(413, "Content Too Large", "body_too_large", Invariant($"The body must not be larger than {limit:N0} bytes."));

    /// <summary>415: the declared type of the body is not JSON in UTF-8.</summary>
    public static Problem UnsupportedMediaType() =>
        new(415, "Unsupported Media Type", "unsupported_media_type", "Content-Type must be application/json, in UTF-8.");

    /// <summary>422: fields are not valid.</summary>
    public static Problem InvalidFields(IReadOnlyList<FieldError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return InvalidFields(errors, errors.Count);
    }

    /// <summary>Returns the same problem for fields of a member of the body.</summary>
    /// <param name="member">Path of the member, for instance <c>/body</c>.</param>
    public Problem Within(string member) => Errors is { } errors && _invalidFields > 0
        ? InvalidFields([.. errors.Select(error => error with { Path = $"{member}{error.Path}" })], _invalidFields)
        : this;

    /// <summary>400 instead of 422: for clients that cannot read a 422 whose <see cref="Detail"/> is a text.</summary>
    public Problem AsBadRequest() => new(400, "Bad Request", Code, Detail) { Errors = Errors };

    /// <summary>422: texts are too long, and the request does not let them be cut.</summary>
    /// <param name="detail">Which texts.</param>
    public static Problem TextTooLong(string detail) => new(422, "Unprocessable Content", "text_too_long", detail);

    /// <summary>422: the idempotency key belongs to a job with another body.</summary>
    public static Problem IdempotencyKeyReused() => new(
        422, "Unprocessable Content", "idempotency_key_reused", "The Idempotency-Key was used before with another request.");

    /// <summary>429: the server has as much work as it takes; the client should try again.</summary>
    public static Problem EngineFull() => new(
        429, "Too Many Requests", "engine_full", "The server has as much work as it takes. Try again.");

    /// <summary>429: the key has as many requests under way as it may have.</summary>
    /// <param name="limit">How many.</param>
    public static Problem TooManyRequests(int limit) => new(
        429, "Too Many Requests", "too_many_requests", Invariant($"The key has {limit} requests under way, as many as it may have. Try again."));

    /// <summary>500: an error that the client cannot correct.</summary>
    /// <param name="id">Id of the error in the log.</param>
    public static Problem Internal(string id) =>
        new(500, "Internal Server Error", "internal_error", $"The server failed. Its log has the details under {id}.") { Id = id };

    /// <summary>503: storage does not answer. The client may try again.</summary>
    /// <param name="id">Id of the error in the log.</param>
    public static Problem StorageUnavailable(string id) =>
        new(503, "Service Unavailable", "storage_unavailable", "Storage does not answer. Nothing was lost; try again.") { Id = id };

    /// <summary>503: the bodies of other requests use up the memory for them; the client should try again.</summary>
    public static Problem TooManyBodies() =>
        new(503, "Service Unavailable", "too_many_bodies", "The server works on as many request bodies as its memory allows. Try again.");

    /// <summary>503: the model is not loaded yet; the client should try again.</summary>
    public static Problem ModelLoading() =>
        new(503, "Service Unavailable", "model_loading", "The model is still loading. Try again.");

    /// <summary>503: the model cannot be loaded.</summary>
    public static Problem ModelUnavailable() =>
        new(503, "Service Unavailable", "model_unavailable", "The model cannot be loaded; the server's log says why.");

    /// <summary>503: a run of the model had not enough memory.</summary>
    public static Problem OutOfMemory() =>
        new(503, "Service Unavailable", "out_of_memory", "The model had not enough memory for the request. Try again, or send less.");

    /// <summary>503: the answer takes longer than the request may. What was computed is dropped.</summary>
    public static Problem DeadlineExceeded() =>
        new(503, "Service Unavailable", "deadline_exceeded", "The answer takes longer than the time for it. Try again, send less, or allow more time.");

    /// <summary>503: the answer takes longer than the request may, and the job that computes it goes on.</summary>
    /// <param name="job">Id of the job.</param>
    public static Problem StillRunning(JobId job) => new(
        503, "Service Unavailable", "still_running", $"The answer takes longer than the time for it. Job {job} goes on.")
    {
        Id = job.ToString(),
    };

    /// <summary>500: the job that computes the answer failed.</summary>
    /// <param name="job">Id of the job.</param>
    /// <param name="code">Why.</param>
    public static Problem JobFailed(JobId job, string code) =>
        new(500, "Internal Server Error", code, $"Job {job} failed.") { Id = job.ToString() };

    /// <summary>503: the job that computes the answer was canceled.</summary>
    /// <param name="job">Id of the job.</param>
    public static Problem JobCanceled(JobId job) =>
        new(503, "Service Unavailable", "job_canceled", $"Job {job} was canceled before it had an answer.") { Id = job.ToString() };

    /// <summary>503: the process ends; another one takes the request.</summary>
    public static Problem ShuttingDown() =>
        new(503, "Service Unavailable", "shutting_down", "The server is shutting down. Try again.");

    /// <summary>503: the process has wrong settings; it answers nothing else until it ends.</summary>
    /// <param name="names">Names of the settings, without their values.</param>
    public static Problem InvalidSettings(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var errors = names.Select(name => new FieldError(name, "The setting has a wrong value; the log says what is allowed."));
        return new Problem(503, "Service Unavailable", "invalid_settings", $"The server has wrong settings: {string.Join(", ", names)}.")
        {
            Errors = [.. errors],
        };
    }

    private static Problem InvalidFields(IReadOnlyList<FieldError> errors, int count)
    {
        var detail = string.Join("; ", errors.Take(ErrorsInDetail).Select(error => $"{error.Path}: {error.Message}"));
        var more = count > ErrorsInDetail ? Invariant($"; and {count - ErrorsInDetail} more") : "";
        return new Problem(422, "Unprocessable Content", "invalid_request", detail + more)
        {
            Errors = errors.Count > MaxErrors ? [.. errors.Take(MaxErrors)] : errors,
            _invalidFields = count,
        };
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>An error in the form of OpenAI's API.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type"><c>invalid_request_error</c> or <c>server_error</c>.</param>
/// <param name="Code">For programs.</param>
public sealed record ProblemError(string Message, string Type, string Code)
{
    /// <summary>Always null, and there all the same: clients in OpenAI's way read the error only where it has this member.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Param { get; }
}

/// <summary>An error of one field of a request's body, or of one query parameter.</summary>
/// <param name="Path">
/// JSON pointer (RFC 6901) to a field of the body, for instance <c>/documents/3</c>, empty for the whole body; or the name of a query
/// parameter, for instance <c>wait</c>.
/// </param>
/// <param name="Message">What is allowed, never what was sent.</param>
public sealed record FieldError(string Path, string Message);
