namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>A function ran longer than <c>functionTimeout</c>.</summary>
internal sealed class FunctionTimeoutException(string function, TimeSpan timeout)
    : Exception($"Function {function} ran longer than {timeout:c}.");
