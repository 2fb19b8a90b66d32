using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The functions of the app, found by reflection.</summary>
internal sealed class FunctionCatalog
{
    private FunctionCatalog(ImmutableArray<Function> functions) => Functions = functions;

    public ImmutableArray<Function> Functions { get; }

    /// <summary>Finds the functions of an assembly.</summary>
    /// <exception cref="InvalidOperationException">A function cannot be bound. The message names the function and the reason.</exception>
    public static FunctionCatalog Find(Assembly assembly, IConfiguration settings)
    {
        var functions = assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Attribute: method.GetCustomAttribute<FunctionAttribute>()))
            .Where(found => found.Attribute is not null)
            .Select(found => Describe(found.Method, found.Attribute!.Name, settings))
            .OrderBy(function => function.Name, StringComparer.Ordinal)
            .ToImmutableArray();
        var twice = functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? new FunctionCatalog(functions)
            : throw new InvalidOperationException(
                $"Function {twice.Key} is defined twice: {string.Join(", ", twice.Select(function => function.EntryPoint))}.");
    }

    private static Function Describe(MethodInfo method, string name, IConfiguration settings)
    {
        var triggers = method.GetParameters()
            .Select(parameter => (Parameter: parameter, Attribute: parameter.GetCustomAttribute<TriggerBindingAttribute>()))
            .Where(found => found.Attribute is not null)
            .ToArray();
        if (triggers is not [var (parameter, trigger)])
        {
            throw new InvalidOperationException($"Function {name} has {triggers.Length} triggers; it must have one.");
        }

        // A disabled function does not need its settings.
        var disabled = IsDisabled(name, settings);
        Func<string, string> resolve = disabled ? text => text : text => settings.Resolve(text, name);
        var (type, source) = trigger switch
        {
            HttpTriggerAttribute { Route: { Length: > 0 } route } => ("httpTrigger", route),
            HttpTriggerAttribute => ("httpTrigger", name),
            QueueTriggerAttribute queue => ("queueTrigger", resolve(queue.QueueName)),
            TimerTriggerAttribute timer => ("timerTrigger", resolve(timer.Schedule)),
            _ => throw new InvalidOperationException($"Function {name}: {trigger!.GetType().Name} is not supported. Use an HTTP, queue or timer trigger."),
        };
        var returned = ReturnedType(method);
        var queues = QueueOutputs(method, returned, resolve);
        var http = returned.GetProperties().FirstOrDefault(property => property.IsDefined(typeof(HttpResultAttribute)));
        var inputs = Bindings([new FunctionBinding(parameter.Name!, type, BindingDirection.In)]);
        var answers = trigger is HttpTriggerAttribute && (http is not null || queues.All(output => output.Property is not null));
        var outputs = Bindings(
        [
            .. queues.Select(output => new FunctionBinding(output.Property?.Name ?? "$return", "queue", BindingDirection.Out)),
            .. answers ? [new FunctionBinding(http?.Name ?? "$return", "http", BindingDirection.Out)] : Array.Empty<FunctionBinding>(),
        ]);
        return new Function(name, inputs, outputs)
        {
            Method = method,
            Trigger = trigger,
            Source = source,
            TriggerParameter = parameter,
            QueueOutputs = queues,
            HttpResult = http,
            Disabled = disabled,
        };
    }

    private static ImmutableArray<QueueOutput> QueueOutputs(MethodInfo method, Type returned, Func<string, string> resolve)
    {
        var outputs = returned.GetProperties()
            .Select(property => (Property: (PropertyInfo?)property, Attribute: property.GetCustomAttribute<QueueOutputAttribute>()))
            .Append((Property: null, Attribute: method.GetCustomAttribute<QueueOutputAttribute>()));
        return [.. outputs.Where(output => output.Attribute is not null)
            .Select(output => new QueueOutput(resolve(output.Attribute!.QueueName), output.Attribute.Connection, output.Property))];
    }

    private static Type ReturnedType(MethodInfo method)
    {
        var type = method.ReturnType;
        return type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? type.GenericTypeArguments[0]
            : type;
    }

    private static bool IsDisabled(string name, IConfiguration settings) =>
        new[] { $"AzureWebJobs.{name}.Disabled", $"AzureWebJobs_{name}_Disabled", $"AzureWebJobs:{name}:Disabled" }
            .Any(setting => settings[setting] is "1" || (bool.TryParse(settings[setting], out var disabled) && disabled));

    private static ImmutableDictionary<string, BindingMetadata> Bindings(FunctionBinding[] bindings) =>
        bindings.ToImmutableDictionary(binding => binding.Name, BindingMetadata (binding) => binding);
}
