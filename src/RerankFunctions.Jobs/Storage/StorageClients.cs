using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The clients of the container and the queue, with retries short enough for a caller who waits.</summary>
internal sealed class StorageClients
{
    /// <summary>Creates the clients; nothing is sent yet.</summary>
    public StorageClients(IOptions<StorageOptions> storage, IOptions<JobsOptions> jobs)
    {
        var options = storage.Value;
        var blobOptions = new BlobClientOptions();
        Shorten(blobOptions.Retry);
        var queueOptions = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        Shorten(queueOptions.Retry);
        BlobServiceClient blobs;
        QueueServiceClient queues;
        if (string.IsNullOrEmpty(options.ConnectionString))
        {
            var credential = Credential(options);
            blobs = new BlobServiceClient(options.BlobEndpoint, credential, blobOptions);
            queues = new QueueServiceClient(options.QueueEndpoint, credential, queueOptions);
        }
        else
        {
            blobs = new BlobServiceClient(options.ConnectionString, blobOptions);
            queues = new QueueServiceClient(options.ConnectionString, queueOptions);
        }

        Container = blobs.GetBlobContainerClient(jobs.Value.Container);
        Jobs = queues.GetQueueClient(JobsOptions.JobsQueue);
    }

    /// <summary>The container of all blobs.</summary>
    public BlobContainerClient Container { get; }

    /// <summary>The queue of interactive jobs.</summary>
    public QueueClient Jobs { get; }

    private static void Shorten(RetryOptions retry)
    {
        retry.Mode = RetryMode.Exponential;
        retry.MaxRetries = 2;
        retry.Delay = TimeSpan.FromMilliseconds(200);
        retry.MaxDelay = TimeSpan.FromSeconds(1);
        retry.NetworkTimeout = TimeSpan.FromSeconds(5);
    }

    private static TokenCredential Credential(StorageOptions options)
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
