namespace RerankFunctions.Contracts;

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Path">JSON pointer (RFC 6901) to it, for instance <c>/documents/3</c>; empty for the whole body.</param>
/// <param name="Message">What is allowed there; never what was sent.</param>
public sealed record FieldError(string Path, string Message);
