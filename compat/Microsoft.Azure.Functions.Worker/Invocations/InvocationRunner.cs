using Microsoft.Azure.Functions.Worker.Logging;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Azure.Functions.Worker.Queues;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Invocations;

/// <summary>Runs invocations: each has a service scope, a time limit and its outputs.</summary>
internal sealed partial class InvocationRunner(
    IServiceScopeFactory scopes,
    FunctionExecutionDelegate pipeline,
    QueueOutputs outputs,
    HostJson settings,
    InvocationStop functions,
    TimeProvider time,
    ILogger<InvocationRunner> logger)
{
    /// <summary>Runs a function and sends its outputs.</summary>
    /// <exception cref="FunctionTimeoutException">The function exceeded its time limit. Its token is cancelled, and nothing waits for it.</exception>
    /// <exception cref="Exception">An exception of the function or of its outputs, which is already logged.</exception>
    public async Task RunAsync(Function function, TriggerInput input, CancellationToken callerGone = default)
    {
        var running = RunInScopeAsync(function, input, callerGone);
        try
        {
            await running.WaitAsync(settings.FunctionTimeout, time, CancellationToken.None);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            LogTimeout(function.Name, settings.FunctionTimeout);
            throw new FunctionTimeoutException(function.Name, settings.FunctionTimeout);
        }
    }

    private async Task RunInScopeAsync(Function function, TriggerInput input, CancellationToken callerGone)
    {
        // A function that never awaits must not block the poll loop or the time limit.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var limit = new CancellationTokenSource(settings.FunctionTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, functions.Token, callerGone);
        await using var services = scopes.CreateAsyncScope();
        var invocation = new Invocation(function, input.BindingData, services.ServiceProvider, stop.Token);
        using var log = logger.BeginScope(new InvocationScope(invocation.InvocationId));
        try
        {
            LogStart(function.Name, invocation.InvocationId);
            invocation.TriggerValue = input.Value;
            invocation.Features.Set(input.Http);
            var state = new InvocationState();
            invocation.Features.Set(state);
            await pipeline(invocation);
            await outputs.SendAsync(function, state.Returned, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            LogCanceled(function.Name, invocation.InvocationId);
            throw;
        }
        catch (Exception exception)
        {
            LogFailure(exception, function.Name, invocation.InvocationId);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Function {Function} runs, invocation {InvocationId}.")]
    private partial void LogStart(string function, string invocationId);

    [LoggerMessage(LogLevel.Information, "Function {Function} was cancelled, invocation {InvocationId}.")]
    private partial void LogCanceled(string function, string invocationId);

    [LoggerMessage(LogLevel.Error, "Function {Function} failed, invocation {InvocationId}.")]
    private partial void LogFailure(Exception exception, string function, string invocationId);

    [LoggerMessage(LogLevel.Error, "Function {Function} ran longer than {Timeout} (functionTimeout of host.json).")]
    private partial void LogTimeout(string function, TimeSpan timeout);
}
