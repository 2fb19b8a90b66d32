using System.Text;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

/// <summary>Messages as they stand in queues.</summary>
internal static class Messages
{
    /// <summary>Path in the settings of host.json's section for queues.</summary>
    public const string Section = "AzureFunctionsJobHost:extensions:queues:";

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static async Task<SendReceipt> SendAsync(QueueClient queue, string text) => (await queue.SendMessageAsync(Base64(text))).Value;

    public static async Task<bool> IsEmptyAsync(QueueClient queue) => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0;

    /// <summary>Whether a request hides a message for so long, counted from now.</summary>
    public static bool IsUpdate(string request, int seconds) =>
        request.StartsWith("PUT ", StringComparison.Ordinal) && request.EndsWith($"visibilitytimeout={seconds}", StringComparison.Ordinal);

    /// <summary>The queue of an app that has not started yet.</summary>
    public static async Task<(string Prefix, QueueClient Queue)> PrepareAsync(Azurite azurite)
    {
        var prefix = "q" + Guid.NewGuid().ToString("N");
        var queue = new QueueServiceClient(azurite.ConnectionString).GetQueueClient(prefix + "-work");
        await queue.CreateAsync();
        return (prefix, queue);
    }
}
