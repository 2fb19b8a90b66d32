namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the function returned, which middleware may replace.</summary>
public abstract class InvocationResult : InvocationResult<object>;

/// <summary>What the function returned, which middleware may replace.</summary>
/// <typeparam name="T">Its type.</typeparam>
public abstract class InvocationResult<T>
{
    /// <summary>The value; null when nothing was returned.</summary>
    public abstract T? Value { get; set; }
}
