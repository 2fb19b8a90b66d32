using System.Text.Json.Serialization;

namespace RerankFunctions.Contracts;

/// <summary>A line of a batch's output, in the form of OpenAI's batches.</summary>
/// <param name="Id">Id of the line's job.</param>
/// <param name="CustomId">What the client calls the line; null where the line names none, or is not readable.</param>
/// <param name="Line">Number of the line in the input, from 1, if the line failed.</param>
/// <param name="Response">The answer of the API; null where the line has an error that no answer describes.</param>
/// <param name="Error">Why the line failed; null where it did not.</param>
public sealed record BatchOutputLine<TBody>(
    JobId Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? CustomId,
    long? Line,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] BatchResponse<TBody>? Response,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JobError? Error);

/// <summary>The answer of the API to a line.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="RequestId">Id of the line's job.</param>
/// <param name="Body">The answer, or the error document.</param>
public sealed record BatchResponse<TBody>(int StatusCode, JobId RequestId, TBody Body);
