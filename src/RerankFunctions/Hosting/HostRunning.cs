using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Hosting;

/// <summary>Runs the app.</summary>
internal static class HostRunning
{
    /// <summary>Runs until the end. Wrong settings end it at once, each with its line and without a stack trace.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunToEndAsync(this IHost host)
    {
        try
        {
            // Before the host does the same, which logs what fails with a stack trace.
            host.Services.GetService<IStartupValidator>()?.Validate();
            await host.RunAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception) when (WrongSettings(exception) is { Length: > 0 } failures)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, failures));
            return 1;
        }
    }

    private static string[] WrongSettings(Exception exception) => exception switch
    {
        OptionsValidationException wrong => [.. wrong.Failures],
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [.. several.InnerExceptions.SelectMany(WrongSettings)],
        _ => [],
    };
}
