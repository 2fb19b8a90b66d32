using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using RerankFunctions.Inference;

namespace RerankFunctions.ModelSources.Blobs;

/// <summary>The app's own storage account, as the Functions host's settings name it: <c>AzureWebJobsStorage</c> as a connection string, or with an identity.</summary>
internal static class AppStorage
{
    private const string Setting = "AzureWebJobsStorage";

    /// <summary>Creates the client; nothing is sent yet.</summary>
    /// <exception cref="ModelLoadException">The settings name no account.</exception>
    public static BlobServiceClient Connect(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        try
        {
            if (!string.IsNullOrEmpty(section.Value))
                return new BlobServiceClient(section.Value);
            if (section["blobServiceUri"] is { Length: > 0 } address)
                return new BlobServiceClient(new Uri(address), Credential(section));
            if (section["accountName"] is { Length: > 0 } account)
                return new BlobServiceClient(new Uri($"https://{account}.blob.core.windows.net"), Credential(section));
        }
        catch (FormatException e)
        {
            throw new ModelLoadException($"{Setting} is no connection string and no address of a storage account.", e);
        }

        throw new ModelLoadException($"Rerank:ModelPath names blobs of the app's own storage, and {Setting} is not set.");
    }

    private static DefaultAzureCredential Credential(IConfigurationSection section) => new(new DefaultAzureCredentialOptions
    {
        ManagedIdentityClientId = section["clientId"] is { Length: > 0 } client ? client : null,
    });
}
