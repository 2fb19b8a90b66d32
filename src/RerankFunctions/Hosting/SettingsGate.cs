using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Hosting;

/// <summary>
/// Keeps functions from running on wrong settings until the process ends: HTTP requests get 503 with the settings' names, except
/// <c>/healthz</c>, messages go back to their queue uncounted, and timers do nothing.
/// </summary>
internal sealed partial class SettingsGate(SettingsValidation settings, TimeProvider time, ILogger<SettingsGate> logger) : IFunctionsWorkerMiddleware
{
    /// <summary>Time for which a message is held, so that a backlog does not circulate faster than this.</summary>
    private static readonly TimeSpan HoldTime = TimeSpan.FromSeconds(5);

    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (settings.Failures.Count == 0 || context.FunctionDefinition.Name == FunctionNames.Health)
        {
            return next(context);
        }

        if (FunctionNames.QueueOf(context.FunctionDefinition.Name) is { } queue)
        {
            return PostponeAsync(context, queue);
        }

        return context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type == "httpTrigger")
            ? throw new ProblemException(Problem.InvalidSettings(settings.WrongSettings))
            : Task.CompletedTask;
    }

    private async Task PostponeAsync(FunctionContext context, string queue)
    {
        // A process that ends meanwhile sends no copy: the host may not delete the original any more, and every such end would add a message.
        await Task.Delay(HoldTime, time, context.CancellationToken);
        try
        {
            var messages = context.InstanceServices.GetRequiredService<PostponedMessages>();
            await messages.SendAsync(queue, (string)context.BindingContext.BindingData["QueueTrigger"]!, CancellationToken.None);
            LogPostponed(logger, context.FunctionDefinition.Name);
        }
        catch (OptionsValidationException)
        {
            // The settings of storage are wrong, too. The message stays with this process until it ends, which costs one delivery.
            await Task.Delay(Timeout.InfiniteTimeSpan, time, context.CancellationToken);
        }
    }

    [LoggerMessage(206, LogLevel.Warning, "Settings are wrong: a message of {Function} goes back to the queue.")]
    private static partial void LogPostponed(ILogger logger, string function);
}
