using Microsoft.Extensions.Configuration;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.ModelSources.Configuration;

namespace RerankFunctions.Cli.Scoring;

/// <summary>The model that runs in this process. What is null comes from the environment, as the app reads it (<c>Rerank__Dtype</c>, …).</summary>
/// <param name="ModelPath">A folder, relative to the working directory, or a remote location.</param>
/// <param name="ModelName">Name of the model in requests and answers.</param>
/// <param name="Dtype">Precision.</param>
/// <param name="Device">Device.</param>
/// <param name="Threads">Threads that run the model on a CPU.</param>
internal sealed record LocalSettings(string? ModelPath, string? ModelName, string? Dtype, string? Device, string? Threads)
{
    private const string PathSetting = "Rerank:ModelPath";

    /// <summary>Builds the configuration of the model.</summary>
    /// <param name="environment">The environment of the process.</param>
    /// <exception cref="CliException">No model is given, or its location is not valid.</exception>
    public IConfiguration Configure(IReadOnlyDictionary<string, string> environment)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);

        // Names of settings ignore case, names of variables need not: of http_proxy and HTTP_PROXY, the former counts.
        foreach (var (name, value) in environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            values[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        foreach (var (name, value) in new[]
        {
            (PathSetting, ModelPath), ("Rerank:ModelName", ModelName), ("Rerank:Dtype", Dtype), ("Rerank:Device", Device), ("Rerank:ModelThreads", Threads),
        })
        {
            values[name] = value ?? values.GetValueOrDefault(name);
        }

        if (values[PathSetting] is not { Length: > 0 } path)
        {
            throw CliException.Usage("No model is given. Name it with --model-path or Rerank__ModelPath: a folder, or hf:owner/name@revision.");
        }

        values[PathSetting] = Parse(path) is ModelLocation.Local { Folder: var folder } ? Path.GetFullPath(folder) : path;
        return new ConfigurationBuilder().AddInMemoryCollection(values.Where(value => value.Value is not null)).Build();
    }

    /// <summary>Parses the location of a model.</summary>
    public static ModelLocation Parse(string path)
    {
        try
        {
            return ModelLocation.Parse(path);
        }
        catch (FormatException exception)
        {
            throw CliException.Usage(exception.Message);
        }
    }
}
