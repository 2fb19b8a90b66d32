using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;
using RerankFunctions.Jobs.Settings;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The app's storage account and identity, from <see cref="StorageOptions"/>.</summary>
public sealed class StorageAccount(IOptions<StorageOptions> options)
{
    private readonly StorageOptions _options = options.Value;

    /// <summary>The app's identity, for access without a connection string.</summary>
    public TokenCredential Credential { get; } = CredentialOf(options.Value);

    private string? ConnectionString => string.IsNullOrEmpty(_options.ConnectionString) ? null : _options.ConnectionString;

    /// <summary>Creates a client for the account's blobs without sending a request.</summary>
    public BlobServiceClient ConnectBlobs(BlobClientOptions clientOptions) => ConnectionString is { } connection
        ? new BlobServiceClient(connection, clientOptions)
        : new BlobServiceClient(_options.BlobEndpoint, Credential, clientOptions);

    /// <summary>Creates a client for the account's queues without sending a request.</summary>
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
