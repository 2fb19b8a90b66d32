using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace RerankFunctions.CompatHost.Tests.Samples;

/// <summary>Answers with a text.</summary>
/// <param name="text">The text.</param>
/// <param name="onExecution">Called when the result is executed.</param>
public sealed class TextSample(string text, Action? onExecution = null) : IActionResult
{
    public int Status { get; init; } = StatusCodes.Status200OK;

    public Task ExecuteResultAsync(ActionContext context)
    {
        onExecution?.Invoke();
        context.HttpContext.Response.StatusCode = Status;
        context.HttpContext.Response.ContentType = "text/plain; charset=utf-8";
        return context.HttpContext.Response.WriteAsync(text);
    }
}

/// <summary>Answers with JSON.</summary>
public sealed class JsonSample(object value) : IActionResult
{
    public Task ExecuteResultAsync(ActionContext context)
    {
        context.HttpContext.Response.ContentType = "application/json; charset=utf-8";
        return JsonSerializer.SerializeAsync(context.HttpContext.Response.Body, value);
    }
}
