using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.ModelSources.Blobs;
using RerankFunctions.ModelSources.Cache;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Download;
using RerankFunctions.ModelSources.Hub;
using RerankFunctions.Settings;

namespace RerankFunctions.ModelSources;

/// <summary>Registers the places of models.</summary>
public static class ModelSourcesServiceCollectionExtensions
{
    /// <summary>
    /// Lets the paths of models name models on the hub or in blob containers. Call it before adding the reranker, which registers the source of local
    /// folders if there is none yet.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The root of the configuration: section <c>Rerank</c>, <c>HF_ENDPOINT</c> and <c>HF_TOKEN</c>.</param>
    /// <param name="blobs">Gives access to blobs; called only if a model is one of them.</param>
    public static IServiceCollection AddModelSources(
        this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, BlobAccess> blobs)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var validation = new ModelPathValidation(configuration);
        services.AddSettings<ModelSourceOptions>(configuration, ModelSourceOptions.Section);
        services.AddSingleton<IValidateOptions<ModelOptions>>(validation);
        services.AddSingleton<IValidateOptions<NamedModelOptions>>(validation);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ModelFileSelector>();
        services.AddSingleton<DownloadRetry>();
        services.AddSingleton<FolderDownload>();
        services.AddSingleton<ModelDownload>();
        services.AddSingleton<ModelCache>();
        services.AddSingleton<LocalModelSource>();
        services.AddSingleton<BlobModelSource>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<HubModelSource>(
            provider, HubEndpoint.Parse(configuration["HF_ENDPOINT"], configuration["HF_TOKEN"])));
        return services.AddSingleton<IModelSource>(provider => new ModelSourceSelector(provider, () => blobs(provider)));
    }
}
