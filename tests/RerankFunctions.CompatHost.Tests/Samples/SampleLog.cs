using Microsoft.Extensions.Logging;

namespace RerankFunctions.CompatHost.Tests.Samples;

internal static partial class SampleLog
{
    [LoggerMessage(LogLevel.Information, "A line from {Place}")]
    public static partial void Line(ILogger logger, string place);
}
