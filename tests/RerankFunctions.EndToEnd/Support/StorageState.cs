using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace RerankFunctions.EndToEnd.Support;

/// <summary>Everything that stands in storage, by name.</summary>
internal static class StorageState
{
    /// <summary>Names of blobs, and of queues with the number of their messages.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(string connectionString)
    {
        var names = new List<string>();
        var blobs = new BlobServiceClient(connectionString);
        await foreach (var container in blobs.GetBlobContainersAsync())
        {
            await foreach (var blob in blobs.GetBlobContainerClient(container.Name).GetBlobsAsync())
            {
                names.Add($"{container.Name}/{blob.Name}");
            }
        }

        var queues = new QueueServiceClient(connectionString);
        await foreach (var queue in queues.GetQueuesAsync())
        {
            var properties = await queues.GetQueueClient(queue.Name).GetPropertiesAsync();
            names.Add($"{queue.Name}: {properties.Value.ApproximateMessagesCount}");
        }

        return names;
    }
}
