using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Azure.Core.Serialization;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>The innermost step of the pipeline, which binds parameters, creates the class and calls the method.</summary>
internal static class FunctionInvoker
{
    private static readonly MethodInfo AwaitTask = typeof(FunctionInvoker).GetMethod(nameof(ResultOfTaskAsync), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo AwaitValueTask =
        typeof(FunctionInvoker).GetMethod(nameof(ResultOfValueTaskAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static async Task InvokeAsync(FunctionContext context)
    {
        var invocation = (Invocation)context;
        var method = invocation.Function.Method;
        var arguments = method.GetParameters().Select(parameter => Bind(parameter, invocation)).ToArray();
        var instance = method.IsStatic ? null : ActivatorUtilities.CreateInstance(invocation.InstanceServices, method.DeclaringType!);
        var returned = method.Invoke(instance, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
        InvocationState.Of(invocation).Returned = await UnwrapAsync(returned, method.ReturnType);
    }

    private static object? Bind(ParameterInfo parameter, Invocation invocation)
    {
        var type = parameter.ParameterType;
        if (parameter == invocation.Function.TriggerParameter)
        {
            return BindTrigger(type, invocation);
        }

        if (type == typeof(FunctionContext))
        {
            return invocation;
        }

        if (type == typeof(CancellationToken))
        {
            return invocation.CancellationToken;
        }

        if (invocation.BindingContext.BindingData.TryGetValue(parameter.Name!, out var value) && value is string text)
        {
            return FromText(text, type, invocation, parameter.Name!);
        }

        return parameter.HasDefaultValue ? parameter.DefaultValue : type.IsValueType ? Activator.CreateInstance(type) : null;
    }

    private static object? BindTrigger(Type type, Invocation invocation) => invocation.TriggerValue switch
    {
        var value when type.IsInstanceOfType(value) => value,
        QueueMessage message when type == typeof(BinaryData) => message.Body,
        QueueMessage message when type == typeof(string) => message.Body.ToString(),
        QueueMessage message when type == typeof(byte[]) => message.Body.ToArray(),
        QueueMessage message => Serializer(invocation).Deserialize(message.Body.ToStream(), type, invocation.CancellationToken),
        null when invocation.Function.Trigger is HttpTriggerAttribute => throw new InvalidOperationException(
            $"Function {invocation.Function.Name}: HTTP functions need the ASP.NET Core integration. Call ConfigureFunctionsWebApplication on the builder."),
        var value => throw new InvalidOperationException(
            $"Function {invocation.Function.Name}: a parameter of type {type.Name} cannot be bound from {value?.GetType().Name}."),
    };

    private static ObjectSerializer Serializer(Invocation invocation) =>
        invocation.InstanceServices.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer
        ?? throw new InvalidOperationException("WorkerOptions.Serializer is null.");

    private static object? FromText(string text, Type type, Invocation invocation, string name)
    {
        if (type == typeof(string))
        {
            return text;
        }

        try
        {
            return type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?)
                ? JsonSerializer.Deserialize<DateTimeOffset>(text)
                : TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or JsonException)
        {
            throw new InvalidOperationException($"Function {invocation.Function.Name}: {name} cannot be read as {type.Name}.", exception);
        }
    }

    private static ValueTask<object?> UnwrapAsync(object? returned, Type type) => returned switch
    {
        Task task when type.IsGenericType => (ValueTask<object?>)AwaitTask.MakeGenericMethod(type.GenericTypeArguments).Invoke(null, [task])!,
        Task task => CompletionOfAsync(task),
        ValueTask task => CompletionOfAsync(task.AsTask()),
        not null when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>) =>
            (ValueTask<object?>)AwaitValueTask.MakeGenericMethod(type.GenericTypeArguments).Invoke(null, [returned])!,
        _ => new(returned),
    };

    private static async ValueTask<object?> CompletionOfAsync(Task task)
    {
        await task;
        return null;
    }

    private static async ValueTask<object?> ResultOfTaskAsync<T>(Task<T> task) => await task;

    private static async ValueTask<object?> ResultOfValueTaskAsync<T>(ValueTask<T> task) => await task;
}
