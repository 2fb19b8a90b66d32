namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>A step of the pipeline.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
