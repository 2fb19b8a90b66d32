using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The input that a trigger gives to its invocation.</summary>
/// <param name="BindingData">Data of the trigger, as the host sends it.</param>
/// <param name="Value">Value that the trigger's parameter is bound from; null for HTTP, where the ASP.NET Core integration binds it.</param>
/// <param name="Http">The request, for an HTTP trigger.</param>
internal sealed record TriggerInput(IReadOnlyDictionary<string, object?> BindingData, object? Value, HttpContext? Http = null);
