namespace Microsoft.Azure.Functions.Worker;

/// <summary>Access to the return value of a function.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>Returns the return value of the function. Call it after the function has run.</summary>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) => new Typed<T>(InvocationState.Of(context));

    /// <summary>Returns the return value of the function. Call it after the function has run.</summary>
    public static InvocationResult GetInvocationResult(this FunctionContext context) => new Untyped(InvocationState.Of(context));

    private sealed class Typed<T>(InvocationState state) : InvocationResult<T>
    {
        public override T? Value
        {
            get => (T?)state.Returned;
            set => state.Returned = value;
        }
    }

    private sealed class Untyped(InvocationState state) : InvocationResult
    {
        public override object? Value
        {
            get => state.Returned;
            set => state.Returned = value;
        }
    }
}
