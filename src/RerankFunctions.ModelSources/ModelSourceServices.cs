using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference;
using RerankFunctions.Inference.Settings;
using RerankFunctions.ModelSources.Blobs;
using RerankFunctions.ModelSources.Download;
using RerankFunctions.ModelSources.Hub;

namespace RerankFunctions.ModelSources;

/// <summary>Registers the places that a model folder can be fetched from.</summary>
public static class ModelSourceServices
{
    /// <summary>
    /// Lets <c>Rerank:ModelPath</c> name a model on the hub or in a blob container; call it before the reranker is added.
    /// A local folder stays what the reranker reads itself.
    /// </summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="configuration">The root of the configuration: section <c>Rerank</c>, <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>, and <c>AzureWebJobsStorage</c>.</param>
    public static IServiceCollection AddModelSources(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(ModelSourceOptions.Section);
        services.AddSettings<ModelSourceOptions>(configuration, ModelSourceOptions.Section);
        services.AddSingleton<IValidateOptions<ModelOptions>>(new ModelPathValidation(configuration));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ModelFiles>();
        var path = section[nameof(ModelOptions.ModelPath)];
        if (path is not null && ModelPathValidation.IsRemote(path))
            services.AddSingleton(provider => Create(provider, configuration));
        return services;
    }

    private static IModelSource Create(IServiceProvider provider, IConfiguration configuration)
    {
        var options = provider.GetRequiredService<IOptions<ModelSourceOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("RerankFunctions.ModelSources");
        var download = new FolderDownload(options.ModelMaxBytes, time, logger);
        var selection = new ModelFileSelection(provider.GetRequiredService<ModelFiles>(), download);
        var cache = new ModelCache(options.CacheFolder, time, logger);
        var location = ModelLocation.Parse(provider.GetRequiredService<IOptions<ModelOptions>>().Value.ModelPath);
        return location switch
        {
            ModelLocation.Hub model => new HubModelSource(
                model, HubEndpoint.Parse(configuration["HF_ENDPOINT"], configuration["HF_TOKEN"]), selection, download, cache, time, logger),
            ModelLocation.AppBlobs blobs => new BlobModelSource(
                new BlobFolder(
                    blobs.ToString(), AppStorage.Connect(configuration).GetBlobContainerClient(blobs.Container), blobs.Prefix),
                selection, download, cache),
            ModelLocation.Blobs blobs => new BlobModelSource(
                new BlobFolder(blobs.ToString(), new BlobContainerClient(blobs.ContainerAddress, new DefaultAzureCredential()), blobs.Prefix),
                selection, download, cache),
            _ => throw new InvalidOperationException("Rerank:ModelPath was changed after the services were registered."),
        };
    }
}
