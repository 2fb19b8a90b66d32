using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;
using RerankFunctions.ModelSources.Blobs;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Hub;

namespace RerankFunctions.ModelSources;

/// <summary>Selects the place of each model by the form of its path.</summary>
/// <param name="services">Gives the places when a model is fetched from one.</param>
/// <param name="access">Gives access to blobs.</param>
internal sealed class ModelSourceSelector(IServiceProvider services, Func<BlobAccess> access) : IModelSource
{
    /// <inheritdoc/>
    public string NameOf(string path) => ModelLocation.Parse(path).DefaultName;

    /// <inheritdoc/>
    public Task<string> GetFolderAsync(ModelDefinition model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ModelLocation.Parse(model.Path, model.Settings.Path) switch
        {
            ModelLocation.Hub hub => services.GetRequiredService<HubModelSource>().GetFolderAsync(model, hub, cancellationToken),
            ModelLocation.AppBlobs blobs =>
                FromBlobsAsync(model, blobs, access().ConnectApp(Options()).GetBlobContainerClient(blobs.Container), blobs.Prefix, cancellationToken),
            ModelLocation.Blobs blobs =>
                FromBlobsAsync(model, blobs, new BlobContainerClient(blobs.ContainerAddress, access().Credential, Options()), blobs.Prefix, cancellationToken),
            _ => services.GetRequiredService<LocalModelSource>().GetFolderAsync(model, cancellationToken),
        };
    }

    // DownloadRetry tries again, and logs it.
    private static BlobClientOptions Options() => new() { Retry = { MaxRetries = 0 } };

    private Task<string> FromBlobsAsync(
        ModelDefinition model, ModelLocation location, BlobContainerClient container, string prefix, CancellationToken cancellationToken) =>
        services.GetRequiredService<BlobModelSource>().GetFolderAsync(
            model, new BlobFolder(location.ToString()!, container, prefix), cancellationToken);
}
