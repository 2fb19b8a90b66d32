using Microsoft.Extensions.Configuration;
using RerankFunctions.Inference;

namespace RerankFunctions;

/// <summary>What this process does: one code base is the API, the worker, or both.</summary>
/// <param name="ScoresJobs">Whether it takes jobs from the queue, and so needs the model.</param>
/// <param name="Model">Name by which requests call the model.</param>
public sealed record Role(bool ScoresJobs, string Model)
{
    private const string Hub = "hf:";

    /// <summary>Reads the role from the settings.</summary>
    public static Role Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var name = configuration["Rerank:ModelName"];
        return new Role(
            configuration["AzureWebJobs.ProcessJob.Disabled"]?.ToUpperInvariant() is not ("TRUE" or "1"),
            string.IsNullOrEmpty(name) ? NameOf(configuration["Rerank:ModelPath"] ?? new ModelOptions().ModelPath) : name);
    }

    /// <summary><c>owner/name</c> of a model on the hub, otherwise the last part of the path.</summary>
    private static string NameOf(string path) =>
        path.StartsWith(Hub, StringComparison.Ordinal) ? path[Hub.Length..].Split('@')[0] : Path.GetFileName(path.TrimEnd('/', '\\'));
}
