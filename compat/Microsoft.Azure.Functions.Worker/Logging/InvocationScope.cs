namespace Microsoft.Azure.Functions.Worker.Logging;

/// <summary>The log scope of an invocation.</summary>
/// <param name="InvocationId">Id of the invocation.</param>
internal sealed record InvocationScope(string InvocationId);
