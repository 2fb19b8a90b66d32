using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RerankFunctions.Hosting;

namespace RerankFunctions.Tests.App;

public sealed class ConsoleLoggingTests
{
    [Theory]
    [InlineData("RerankFunctions.Hosting.StartupService", true)]
    [InlineData("RerankFunctions.Inference.Calibration.Calibrator", true)]
    [InlineData("RerankFunctions.Inference.Calibration.CostStore", true)]
    [InlineData("RerankFunctions.Inference.Caching.RedisWriter", true)]
    [InlineData("RerankFunctions.Inference.Caching.RedisScores", false)]
    [InlineData("RerankFunctions.Jobs.Steps.JobSteps", false)]
    public void The_console_shows_what_is_logged_outside_of_invocations_alone(string category, bool isShown)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProcessConsole(new ConfigurationBuilder().Build()));

        Assert.Equal(isShown, loggers.CreateLogger(category).IsEnabled(LogLevel.Information));
    }
}
