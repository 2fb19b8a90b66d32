using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>What the app keeps in storage.</summary>
internal static class StorageState
{
    /// <summary>Prefix of the app's container and queues; the host keeps its own data under other names.</summary>
    private const string Prefix = "rerank";

    /// <summary>The sweep of drops writes it, whatever requests do.</summary>
    private const string SweepState = "batch-drops.json";

    /// <summary>Reads the names of the app's blobs when its queues are empty: the host deletes a message shortly after its job has ended.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string connectionString)
    {
        await Deadline.UntilAsync(() => HasNoMessagesAsync(new QueueServiceClient(connectionString)), "The queues are empty");
        var names = new List<string>();
        var service = new BlobServiceClient(connectionString);
        await foreach (var container in service.GetBlobContainersAsync(BlobContainerTraits.None, BlobContainerStates.None, Prefix, CancellationToken.None))
        {
            await foreach (var blob in service.GetBlobContainerClient(container.Name).GetBlobsAsync())
            {
                if (blob.Name != SweepState)
                {
                    names.Add($"{container.Name}/{blob.Name}");
                }
            }
        }

        // Sweeps and batches of other tests write by themselves.
        string[] others = ["rerank/batch", "rerank/active-batches/"];
        names.RemoveAll(name => others.Any(other => name.StartsWith(other, StringComparison.Ordinal)));
        return names;
    }

    private static async Task<bool> HasNoMessagesAsync(QueueServiceClient service)
    {
        await foreach (var queue in service.GetQueuesAsync(prefix: Prefix))
        {
            var properties = await service.GetQueueClient(queue.Name).GetPropertiesAsync();
            if (properties.Value.ApproximateMessagesCount > 0)
            {
                return false;
            }
        }

        return true;
    }
}
