using System.Collections.Immutable;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>A function of the app's assembly.</summary>
internal sealed class Function(
    string name, IImmutableDictionary<string, BindingMetadata> inputs, IImmutableDictionary<string, BindingMetadata> outputs) : FunctionDefinition
{
    public override string Name { get; } = name;

    public required MethodInfo Method { get; init; }

    public required TriggerBindingAttribute Trigger { get; init; }

    /// <summary>Route template, queue name or schedule of the trigger, with placeholders replaced.</summary>
    public required string Source { get; init; }

    public required ParameterInfo TriggerParameter { get; init; }

    public required ImmutableArray<QueueOutput> QueueOutputs { get; init; }

    /// <summary>Property of the return value with the HTTP response; null when the return value is the response.</summary>
    public required PropertyInfo? HttpResult { get; init; }

    public required bool Disabled { get; init; }

    public override string Id => Name;

    public override string PathToAssembly => Method.Module.FullyQualifiedName;

    public override string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } = inputs;

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } = outputs;

    /// <summary>Returns the HTTP response in a return value; null if there is none.</summary>
    public IActionResult? HttpAnswer(object? returned) =>
        returned as IActionResult
        ?? (HttpResult?.DeclaringType?.IsInstanceOfType(returned) == true ? HttpResult.GetValue(returned) as IActionResult : null);
}
