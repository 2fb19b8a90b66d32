using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.ModelSources.Blobs;
using RerankFunctions.ModelSources.Cache;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Download;
using RerankFunctions.ModelSources.Hub;
using RerankFunctions.Settings;

namespace RerankFunctions.ModelSources;

/// <summary>Registers the remote places of models.</summary>
public static class ModelSourcesServiceCollectionExtensions
{
    /// <summary>
    /// Lets <c>Rerank:ModelPath</c> name a model on the hub or in a blob container. Call it before adding the reranker,
    /// which registers the source for a local folder if there is none yet.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The root of the configuration: section <c>Rerank</c>, <c>HF_ENDPOINT</c> and <c>HF_TOKEN</c>.</param>
    /// <param name="blobs">Gives access to blobs; called only if the model is one of them.</param>
    public static IServiceCollection AddModelSources(
        this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, BlobAccess> blobs)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSettings<ModelSourceOptions>(configuration, ModelSourceOptions.Section);
        services.AddSingleton<IValidateOptions<ModelOptions>>(new ModelPathValidation(configuration));
        if (configuration.GetSection(ModelSourceOptions.Section)[nameof(ModelOptions.ModelPath)] is not { } path || !ModelLocationParser.IsRemote(path))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ModelFileSelector>();
        services.AddSingleton<DownloadRetry>();
        services.AddSingleton<FolderDownload>();
        services.AddSingleton<ModelDownload>();
        services.AddSingleton<ModelCache>();
        return services.AddSingleton(provider => Create(provider, configuration, blobs));
    }

    private static IModelSource Create(IServiceProvider provider, IConfiguration configuration, Func<IServiceProvider, BlobAccess> access)
    {
        var location = ModelLocation.Parse(provider.GetRequiredService<IOptions<ModelOptions>>().Value.ModelPath);
        return location switch
        {
            ModelLocation.Hub model => ActivatorUtilities.CreateInstance<HubModelSource>(
                provider, model, HubEndpoint.Parse(configuration["HF_ENDPOINT"], configuration["HF_TOKEN"])),
            ModelLocation.AppBlobs blobs => FromBlobs(access(provider).ConnectApp(ClientOptions()).GetBlobContainerClient(blobs.Container), blobs.Prefix),
            ModelLocation.Blobs blobs => FromBlobs(
                new BlobContainerClient(blobs.ContainerAddress, access(provider).Credential, ClientOptions()), blobs.Prefix),
            _ => throw new InvalidOperationException("Rerank:ModelPath was changed after the services were registered."),
        };

        BlobModelSource FromBlobs(BlobContainerClient container, string prefix) =>
            ActivatorUtilities.CreateInstance<BlobModelSource>(provider, new BlobFolder(location.ToString(), container, prefix));

        // DownloadRetry tries again, and logs it.
        static BlobClientOptions ClientOptions() => new() { Retry = { MaxRetries = 0 } };
    }
}
