namespace Microsoft.Azure.Functions.Worker;

/// <summary>W3C trace context.</summary>
public abstract class TraceContext
{
    /// <summary>The <c>traceparent</c> of the invocation.</summary>
    public abstract string TraceParent { get; }

    /// <summary>The <c>tracestate</c> of the invocation, or empty.</summary>
    public abstract string TraceState { get; }
}
