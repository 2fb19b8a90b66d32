using Microsoft.Extensions.Configuration;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;

namespace RerankFunctions.Hosting;

/// <summary>The part that this process plays: API, worker, or both. The settings that switch functions off decide it.</summary>
/// <param name="ScoresJobs">Whether it takes jobs from a queue, and so needs the models.</param>
/// <param name="Models">The models that requests may name.</param>
public sealed record Role(bool ScoresJobs, ServedModels Models)
{
    /// <summary>Reads the role from the settings.</summary>
    /// <param name="configuration">The root of the configuration, where the Functions host reads its own settings.</param>
    /// <param name="catalog">The models.</param>
    public static Role Read(IConfiguration configuration, ModelCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new Role(!FunctionNames.Scoring.All(function => IsDisabled(configuration, function)), catalog.ToServed());
    }

    // All forms that the Functions host reads: '.' where a name may hold one, '_' where it may not, ':' (in the environment '__') for sections.
    private static bool IsDisabled(IConfiguration configuration, string function) =>
        new[] { $"AzureWebJobs.{function}.Disabled", $"AzureWebJobs_{function}_Disabled", $"AzureWebJobs:{function}:Disabled" }
            .Any(name => configuration[name]?.ToUpperInvariant() is "TRUE" or "1");
}
