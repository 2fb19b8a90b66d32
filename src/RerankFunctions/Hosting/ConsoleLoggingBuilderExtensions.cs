using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace RerankFunctions.Hosting;

/// <summary>Registers the console output of the process.</summary>
internal static class ConsoleLoggingBuilderExtensions
{
    /// <summary>Categories that log outside of invocations, and only there.</summary>
    private static readonly string[] Categories =
    [
        "RerankFunctions.Hosting",
        "RerankFunctions.Inference.Caching.RedisWriter",
        "RerankFunctions.Inference.Calibration",
        "RerankFunctions.Inference.Loading",
        "RerankFunctions.Inference.Serving",
        "RerankFunctions.Inference.Sessions",
        "RerankFunctions.ModelSources",
        "Microsoft.Extensions.Hosting",
    ];

    /// <summary>
    /// Writes start, model load and shutdown to the console, where the Functions host picks them up: it drops what a worker logs outside
    /// of an invocation. Lines of invocations go through the host, and not to the console, so that none appears twice.
    /// </summary>
    public static ILoggingBuilder AddProcessConsole(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddFilter<ConsoleLoggerProvider>(category: null, LogLevel.None);
        foreach (var category in Categories)
        {
            logging.AddFilter<ConsoleLoggerProvider>(category, LogLevel.Information);
        }

        return configuration[$"{ProcessOptions.Section}:{nameof(ProcessOptions.ConsoleFormat)}"] == "json"
            ? logging.AddJsonConsole(console => console.TimestampFormat = "O")
            : logging.AddSimpleConsole(console => console.SingleLine = true);
    }
}
