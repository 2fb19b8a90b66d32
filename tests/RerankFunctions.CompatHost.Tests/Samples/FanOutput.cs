using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed class FanOutput
{
    [HttpResult]
    public IActionResult? Answer { get; init; }

    [QueueOutput("%Queue%-words")]
    public string[]? Words { get; init; }

    [QueueOutput("%Queue%-orders")]
    public Order? Order { get; init; }
}
