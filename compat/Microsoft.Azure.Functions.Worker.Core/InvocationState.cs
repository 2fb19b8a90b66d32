namespace Microsoft.Azure.Functions.Worker;

/// <summary>The feature behind <see cref="InvocationResult"/>: the return value of the function.</summary>
internal sealed class InvocationState
{
    public object? Returned { get; set; }

    public static InvocationState Of(FunctionContext context) =>
        context.Features.Get<InvocationState>() ?? throw new InvalidOperationException("The context does not belong to an invocation.");
}
