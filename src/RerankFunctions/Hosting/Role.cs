using Microsoft.Extensions.Configuration;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;

namespace RerankFunctions.Hosting;

/// <summary>What this process does: one code base is the API, the worker, or both.</summary>
/// <param name="ScoresJobs">Whether it takes jobs from the queue, and so needs the model.</param>
/// <param name="Model">Name by which requests call the model.</param>
public sealed record Role(bool ScoresJobs, string Model)
{
    /// <summary>Reads the role from the settings.</summary>
    /// <param name="configuration">The root of the configuration, for what the host itself reads there.</param>
    /// <param name="model">Where the model is.</param>
    /// <param name="source">What it is called, where a setting says so.</param>
    public static Role Of(IConfiguration configuration, ModelOptions model, ModelSourceOptions source)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        return new Role(
            !IsDisabled(configuration, "ProcessJob"),
            string.IsNullOrEmpty(source.ModelName) ? ModelLocation.Parse(model.ModelPath).DefaultName : source.ModelName);
    }

    // The forms in which the Functions host takes it: '.' where names of settings may have one, '_' where not, ':' or '__' for sections.
    private static bool IsDisabled(IConfiguration configuration, string function) =>
        new[] { $"AzureWebJobs.{function}.Disabled", $"AzureWebJobs_{function}_Disabled", $"AzureWebJobs:{function}:Disabled" }
            .Any(name => configuration[name]?.ToUpperInvariant() is "TRUE" or "1");
}
