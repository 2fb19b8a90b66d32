using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker.Settings;

/// <summary>
/// Creates storage clients by the name of a connection: a setting with a connection string, or a section with <c>queueServiceUri</c> and
/// <c>blobServiceUri</c>, or <c>accountName</c>, and the identity to use.
/// </summary>
internal sealed class StorageConnections(IConfiguration settings)
{
    private const string Default = "AzureWebJobsStorage";

    /// <summary>Creates a client of queues.</summary>
    /// <exception cref="InvalidOperationException">The connection is not set or not valid.</exception>
    public QueueServiceClient Queues(string? connection)
    {
        // The trigger decodes each text by itself: one that cannot be decoded must not fail its whole batch.
        var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
        LimitRetries(options);
        return Create(
            connection,
            "queue",
            text => new QueueServiceClient(text, options),
            (uri, credential) => new QueueServiceClient(uri, credential, options));
    }

    /// <summary>Creates a client of blobs.</summary>
    /// <exception cref="InvalidOperationException">The connection is not set or not valid.</exception>
    public BlobServiceClient Blobs(string? connection)
    {
        var options = new BlobClientOptions();
        LimitRetries(options);
        return Create(
            connection,
            "blob",
            text => new BlobServiceClient(text, options),
            (uri, credential) => new BlobServiceClient(uri, credential, options));
    }

    private T Create<T>(string? connection, string service, Func<string, T> fromText, Func<Uri, TokenCredential, T> fromUri)
    {
        var name = connection ?? Default;
        var section = settings.GetSection("AzureWebJobs" + name);
        if (!section.Exists())
        {
            section = settings.GetSection(name);
        }

        try
        {
            if (section.Value is { Length: > 0 } text)
            {
                return fromText(text);
            }

            var uri = section[service + "ServiceUri"] ?? section["serviceUri"]
                ?? (section["accountName"] is { Length: > 0 } account ? $"https://{account}.{service}.core.windows.net" : null);
            return uri is null
                ? throw new InvalidOperationException(
                    $"The storage connection {name} is not set. Set {name} to a connection string, or set {name}__{service}ServiceUri.")
                : fromUri(new Uri(uri), Credential(section));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidOperationException($"The storage connection {name} is not a valid connection string or URI.", exception);
        }
    }

    private static TokenCredential Credential(IConfigurationSection section) =>
        string.Equals(section["credential"], "managedidentity", StringComparison.OrdinalIgnoreCase)
            ? new ManagedIdentityCredential(section["clientId"] is { Length: > 0 } id
                ? ManagedIdentityId.FromUserAssignedClientId(id)
                : ManagedIdentityId.SystemAssigned)
            : new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = section["clientId"] });

    /// <summary>Limits retries: listeners retry by themselves and must notice soon that storage is down.</summary>
    private static void LimitRetries(ClientOptions options)
    {
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);
    }
}
