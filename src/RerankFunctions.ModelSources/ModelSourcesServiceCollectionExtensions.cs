using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.ModelSources.Blobs;
using RerankFunctions.ModelSources.Download;
using RerankFunctions.ModelSources.Hub;
using RerankFunctions.Settings;

namespace RerankFunctions.ModelSources;

/// <summary>Registers the places that a model folder can be fetched from.</summary>
public static class ModelSourcesServiceCollectionExtensions
{
    /// <summary>
    /// Lets <c>Rerank:ModelPath</c> name a model on the hub or in a blob container; call it before the reranker is added.
    /// A local folder stays what the reranker reads itself.
    /// </summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="configuration">The root of the configuration: section <c>Rerank</c>, <c>HF_ENDPOINT</c> and <c>HF_TOKEN</c>.</param>
    /// <param name="blobs">How blobs are reached; asked only where the model is one of them.</param>
    public static IServiceCollection AddModelSources(
        this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, BlobAccess> blobs)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(ModelSourceOptions.Section);
        services.AddSettings<ModelSourceOptions>(configuration, ModelSourceOptions.Section);
        services.AddSingleton<IValidateOptions<ModelOptions>>(new ModelPathValidation(configuration));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ModelFiles>();
        var path = section[nameof(ModelOptions.ModelPath)];
        if (path is not null && ModelLocation.IsRemote(path))
        {
            services.AddSingleton(provider => Create(provider, configuration, blobs));
        }

        return services;
    }

    private static IModelSource Create(IServiceProvider provider, IConfiguration configuration, Func<IServiceProvider, BlobAccess> access)
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
            ModelLocation.AppBlobs blobs => FromBlobs(access(provider).ConnectApp(ClientOptions()).GetBlobContainerClient(blobs.Container), blobs.Prefix),
            ModelLocation.Blobs blobs => FromBlobs(
                new BlobContainerClient(blobs.ContainerAddress, access(provider).Credential, ClientOptions()), blobs.Prefix),
            _ => throw new InvalidOperationException("Rerank:ModelPath was changed after the services were registered."),
        };

        BlobModelSource FromBlobs(BlobContainerClient container, string prefix) =>
            new(new BlobFolder(location.ToString(), container, prefix), selection, download, cache);

        // What fails is tried again by the download, which says so in the log.
        static BlobClientOptions ClientOptions() => new() { Retry = { MaxRetries = 0 } };
    }
}
