namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The input that a trigger gives to its invocation.</summary>
/// <param name="BindingData">Data of the trigger, as the host sends it.</param>
/// <param name="Value">Creates the value from which the trigger's parameter is bound.</param>
internal sealed record TriggerInput(IReadOnlyDictionary<string, object?> BindingData, Func<FunctionContext, object> Value);
