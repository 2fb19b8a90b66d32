using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources;

namespace RerankFunctions.Tests.ModelSources;

/// <summary>Services as the app registers them.</summary>
internal static class ModelSourceServices
{
    public static ServiceProvider Create(
        Dictionary<string, string?> settings, TimeProvider? time = null, LogRecord? log = null, Func<BlobClientOptions, BlobServiceClient>? connect = null)
    {
        settings["Rerank:MeasurementPath"] = Path.Combine(AppContext.BaseDirectory, "runs");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log ?? new LogRecord()))
            .AddSingleton(time ?? TimeProvider.System)
            .AddModelSources(configuration, _ => new BlobAccess(
                connect ?? (options => new BlobServiceClient("UseDevelopmentStorage=true", options)), new DefaultAzureCredential()))
            .AddReranker(configuration)
            .BuildServiceProvider();
    }

    /// <summary>Returns the local folder of the model that the settings name.</summary>
    public static Task<string> GetFolderAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<IModelSource>().GetFolderAsync(services.GetRequiredService<ModelCatalog>().Default, cancellationToken);
}
