using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;

namespace RerankFunctions.Jobs.Storage;

/// <summary>Clients of the container and the queues. They give up soon enough for a caller who waits.</summary>
public sealed class StorageClients(StorageAccount account, IOptions<JobsOptions> options)
{
    /// <summary>Lifetime of messages: unlimited, so that one outlives a week in which no worker runs.</summary>
    internal static readonly TimeSpan MessageLifetime = TimeSpan.FromSeconds(-1);

    /// <summary>The container of all blobs.</summary>
    public BlobContainerClient Container { get; } =
        account.ConnectBlobs(WithShortRetries(new BlobClientOptions())).GetBlobContainerClient(options.Value.Container);

    private readonly QueueServiceClient _queues = ConnectQueues(account);
    private readonly QueueServiceClient _poisonQueues = account.ConnectQueues(WithShortRetries(new QueueClientOptions()));

    /// <summary>Returns a client of a queue.</summary>
    public QueueClient QueueOf(QueueKind queue) => _queues.GetQueueClient(QueueNames.Of(queue));

    /// <summary>Returns a client of the queue to which the host moves messages of a queue. It does not decode them.</summary>
    public QueueClient PoisonOf(QueueKind queue) => _poisonQueues.GetQueueClient(QueueNames.PoisonOf(queue));

    /// <summary>Connects to the queues, which need no settings but those of the account.</summary>
    internal static QueueServiceClient ConnectQueues(StorageAccount account) =>
        account.ConnectQueues(WithShortRetries(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }));

    private static TOptions WithShortRetries<TOptions>(TOptions clientOptions)
        where TOptions : ClientOptions
    {
        var retry = clientOptions.Retry;
        retry.Mode = RetryMode.Exponential;
        retry.MaxRetries = 2;
        retry.Delay = TimeSpan.FromMilliseconds(200);
        retry.MaxDelay = TimeSpan.FromSeconds(1);
        retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        return clientOptions;
    }
}
