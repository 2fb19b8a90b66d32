namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Middleware that wraps invocations.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>Runs before and after one invocation.</summary>
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
