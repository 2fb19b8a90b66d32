using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The input of an invocation.</summary>
/// <param name="BindingData">Data of the trigger, as the host sends it.</param>
/// <param name="Value">Value for the parameter of the trigger; null for HTTP, where the ASP.NET Core integration sets it.</param>
/// <param name="Http">HTTP context of the request; null for other triggers.</param>
internal sealed record TriggerInput(IReadOnlyDictionary<string, object?> BindingData, object? Value, HttpContext? Http = null);
