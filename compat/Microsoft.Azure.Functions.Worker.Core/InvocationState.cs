using Microsoft.Azure.Functions.Worker.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The feature behind the extension methods on <see cref="FunctionContext"/>: the request, and what was returned.</summary>
internal sealed class InvocationState
{
    public HttpRequestData? Request { get; init; }

    public object? Returned { get; set; }

    /// <summary>Reads the HTTP answer out of what was returned.</summary>
    public required Func<object?, HttpResponseData?> HttpAnswer { get; init; }

    public static InvocationState Of(FunctionContext context) =>
        context.Features.Get<InvocationState>() ?? throw new InvalidOperationException("This context belongs to no invocation.");
}
