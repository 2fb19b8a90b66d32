namespace RerankFunctions.Contracts;

/// <summary>An error in the shape of OpenAI's API.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">Whose fault it is: <c>invalid_request_error</c> or <c>server_error</c>.</param>
/// <param name="Code">For programs.</param>
public sealed record ProblemError(string Message, string Type, string Code);
