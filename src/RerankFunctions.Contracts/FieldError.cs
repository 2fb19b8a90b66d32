namespace RerankFunctions.Contracts;

/// <summary>What is wrong with one field of a request's body, or with one parameter of its query.</summary>
/// <param name="Path">
/// In the body, the JSON pointer (RFC 6901) to it, for instance <c>/documents/3</c>, and empty for all of it; of a query parameter its
/// name, for instance <c>wait</c>.
/// </param>
/// <param name="Message">What is allowed there; never what was sent.</param>
public sealed record FieldError(string Path, string Message);
