using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Hosting;

/// <summary>How the process logs and ends: the settings <c>Rerank:*</c>.</summary>
public sealed class ProcessOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Rerank";

    /// <summary>Format of the lines that the process writes to the console: <c>simple</c> or <c>json</c>.</summary>
    /// <value><c>simple</c>.</value>
    [AllowedValues("simple", "json", ErrorMessage = "It must be simple or json.")]
    public string ConsoleFormat { get; set; } = "simple";

    /// <summary>Time between a start that failed for good and the end of the process.</summary>
    /// <value>20 s: the Functions host can hang when a worker ends sooner, and does well with one that ends after some 15 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "It must be from {1} to {2}.")]
    public TimeSpan FailureExitDelay { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Time from the signal to end the process until the platform kills it.</summary>
    /// <value>30 s, the default of Azure Container Apps and of Kubernetes.</value>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00", ErrorMessage = "It must be from {1} to {2}.")]
    public TimeSpan TerminationGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads the options, or the defaults where a setting is wrong: the process must log and end also then.</summary>
    public static ProcessOptions ReadOrDefault(IOptions<ProcessOptions> options)
    {
        try
        {
            return options.Value;
        }
        catch (OptionsValidationException)
        {
            // The validation at start reports it.
            return new ProcessOptions();
        }
    }
}
