using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The app's storage account and the identity that the app has, as <see cref="StorageOptions"/> say.</summary>
public sealed class StorageAccount(IOptions<StorageOptions> options)
{
    private readonly StorageOptions _options = options.Value;

    /// <summary>The identity by which the app signs in where it has no connection string.</summary>
    public TokenCredential Credential { get; } = CredentialOf(options.Value);

    private string? ConnectionString => string.IsNullOrEmpty(_options.ConnectionString) ? null : _options.ConnectionString;

    /// <summary>Creates a client of the account's blobs; nothing is sent yet.</summary>
    public BlobServiceClient ConnectBlobs(BlobClientOptions clientOptions) => ConnectionString is { } connection
        ? new BlobServiceClient(connection, clientOptions)
        : new BlobServiceClient(_options.BlobEndpoint, Credential, clientOptions);

    /// <summary>Creates a client of the account's queues; nothing is sent yet.</summary>
    public QueueServiceClient ConnectQueues(QueueClientOptions clientOptions) => ConnectionString is { } connection
        ? new QueueServiceClient(connection, clientOptions)
        : new QueueServiceClient(_options.QueueEndpoint, Credential, clientOptions);

    private static TokenCredential CredentialOf(StorageOptions options)
    {
        if (!options.IsManagedIdentity)
        {
            return new DefaultAzureCredential(new DefaultAzureCredentialOptions
            {
                ManagedIdentityClientId = string.IsNullOrEmpty(options.ClientId) ? null : options.ClientId,
            });
        }

        return new ManagedIdentityCredential(string.IsNullOrEmpty(options.ClientId)
            ? ManagedIdentityId.SystemAssigned
            : ManagedIdentityId.FromUserAssignedClientId(options.ClientId));
    }
}
