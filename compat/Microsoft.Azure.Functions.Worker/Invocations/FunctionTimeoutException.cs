namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The exception for a function that exceeds <c>functionTimeout</c>.</summary>
internal sealed class FunctionTimeoutException(string function, TimeSpan timeout)
    : Exception($"Function {function} ran longer than {timeout:c}.");
