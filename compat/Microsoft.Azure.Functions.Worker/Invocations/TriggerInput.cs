namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>What a trigger hands to the invocation it starts.</summary>
/// <param name="BindingData">Data of the trigger, as the host would send it.</param>
/// <param name="Value">Makes the value that the trigger's parameter is bound from.</param>
/// <param name="TraceParent">The caller's W3C <c>traceparent</c>, if it sent one.</param>
/// <param name="TraceState">The caller's <c>tracestate</c>, if it sent one.</param>
internal sealed record TriggerInput(
    IReadOnlyDictionary<string, object?> BindingData,
    Func<FunctionContext, object> Value,
    string? TraceParent = null,
    string? TraceState = null);
