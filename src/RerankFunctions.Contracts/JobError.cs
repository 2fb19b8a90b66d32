namespace RerankFunctions.Contracts;

/// <summary>Why a job failed.</summary>
/// <param name="Code">For programs, for instance <c>attempts_exhausted</c>.</param>
/// <param name="Message">For people; without any text of query or documents.</param>
public sealed record JobError(string Code, string Message);
