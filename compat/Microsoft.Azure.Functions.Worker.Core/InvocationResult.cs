namespace Microsoft.Azure.Functions.Worker;

/// <summary>The return value of a function, which middleware can replace.</summary>
public abstract class InvocationResult : InvocationResult<object>;

/// <summary>The return value of a function, which middleware can replace.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public abstract class InvocationResult<T>
{
    /// <summary>The value; null when the function returned none.</summary>
    public abstract T? Value { get; set; }
}
