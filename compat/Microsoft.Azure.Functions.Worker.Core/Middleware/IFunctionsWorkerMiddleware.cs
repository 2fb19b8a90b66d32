namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Runs around invocations.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>Runs around one invocation.</summary>
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
