using Microsoft.Extensions.Configuration;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;

namespace RerankFunctions.Hosting;

/// <summary>The part that this process plays: API, worker, or both. The settings that switch functions off decide it.</summary>
/// <param name="ScoresJobs">Whether it takes jobs from a queue, and so needs the model.</param>
/// <param name="Model">Name by which requests call the model.</param>
public sealed record Role(bool ScoresJobs, string Model)
{
    /// <summary>Reads the role from the settings.</summary>
    /// <param name="configuration">The root of the configuration, where the Functions host reads its own settings.</param>
    /// <param name="model">The location of the model.</param>
    /// <param name="source">The name of the model, if a setting gives one.</param>
    public static Role Read(IConfiguration configuration, ModelOptions model, ModelSourceOptions source) => new(
        !FunctionNames.Scoring.All(function => IsDisabled(configuration, function)),
        string.IsNullOrEmpty(source.ModelName) ? ModelLocation.Parse(model.ModelPath).DefaultName : source.ModelName);

    // All forms that the Functions host reads: '.' where a name may hold one, '_' where it may not, ':' (in the environment '__') for sections.
    private static bool IsDisabled(IConfiguration configuration, string function) =>
        new[] { $"AzureWebJobs.{function}.Disabled", $"AzureWebJobs_{function}_Disabled", $"AzureWebJobs:{function}:Disabled" }
            .Any(name => configuration[name]?.ToUpperInvariant() is "TRUE" or "1");
}
