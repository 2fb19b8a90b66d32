using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Jobs.Storage;

/// <summary>The clients of the container and the queue, with retries short enough for a caller who waits.</summary>
internal sealed class StorageClients
{
    /// <summary>Creates the clients; nothing is sent yet.</summary>
    public StorageClients(StorageAccount account, IOptions<JobsOptions> jobs)
    {
        var blobOptions = new BlobClientOptions();
        Shorten(blobOptions.Retry);
        var queueOptions = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        Shorten(queueOptions.Retry);
        Container = account.ConnectBlobs(blobOptions).GetBlobContainerClient(jobs.Value.Container);
        Jobs = account.ConnectQueues(queueOptions).GetQueueClient(JobsOptions.JobsQueue);
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
}
