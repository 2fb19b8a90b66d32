using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace RerankFunctions.CompatHost.Tests.Samples;

public sealed class FanOutput
{
    [HttpResult]
    public HttpResponseData? Answer { get; init; }

    [QueueOutput("%Queue%-words")]
    public string[]? Words { get; init; }

    [QueueOutput("%Queue%-orders")]
    public Order? Order { get; init; }
}
