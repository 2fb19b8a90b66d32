using System.ComponentModel.DataAnnotations;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace RerankFunctions.Jobs.Settings;

/// <summary>
/// The storage account, configured as for the Functions host: <c>AzureWebJobsStorage</c> is a connection string, or a section with the
/// members below for access by identity.
/// </summary>
public sealed class StorageOptions : IValidatableObject
{
    /// <summary>Name of the setting, and of the section.</summary>
    public const string Section = "AzureWebJobsStorage";

    /// <summary>Value of the setting itself.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Endpoint of the blob service.</summary>
    public Uri? BlobServiceUri { get; set; }

    /// <summary>Endpoint of the queue service.</summary>
    public Uri? QueueServiceUri { get; set; }

    /// <summary>Name of a storage account in the public cloud, instead of both endpoints.</summary>
    public string? AccountName { get; set; }

    /// <summary><c>managedidentity</c>; empty for the default chain of credentials.</summary>
    public string? Credential { get; set; }

    /// <summary>Client id of a user-assigned managed identity; empty for the system-assigned one.</summary>
    public string? ClientId { get; set; }

    /// <summary>Endpoint of the blob service: <see cref="BlobServiceUri"/>, or derived from <see cref="AccountName"/>.</summary>
    internal Uri? BlobEndpoint => BlobServiceUri ?? Endpoint("blob");

    /// <summary>Endpoint of the queue service: <see cref="QueueServiceUri"/>, or derived from <see cref="AccountName"/>.</summary>
    internal Uri? QueueEndpoint => QueueServiceUri ?? Endpoint("queue");

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(ConnectionString))
        {
            if (!IsConnectionString(ConnectionString))
            {
                // The message leaves the value out: it is a secret.
                yield return new ValidationResult($"{Section} is not a valid connection string of a storage account.", [Section]);
            }

            yield break;
        }

        if (BlobEndpoint is null || QueueEndpoint is null)
        {
            yield return new ValidationResult(
                $"{Section} must be a connection string, or {Section}__accountName must be set, "
                + $"or both {Section}__blobServiceUri and {Section}__queueServiceUri.",
                [Section]);
        }
        else if (!IsEndpoint(BlobEndpoint) || !IsEndpoint(QueueEndpoint))
        {
            yield return new ValidationResult(
                $"{Section}__blobServiceUri and {Section}__queueServiceUri must be absolute https addresses.",
                [Section]);
        }

        if (!string.IsNullOrEmpty(Credential) && !IsManagedIdentity)
        {
            yield return new ValidationResult($"{Section}__credential must be managedidentity or empty, not {Credential}.", [Section]);
        }
    }

    internal bool IsManagedIdentity => string.Equals(Credential, "managedidentity", StringComparison.OrdinalIgnoreCase);

    private Uri? Endpoint(string service) =>
        Uri.TryCreate($"https://{AccountName}.{service}.core.windows.net", UriKind.Absolute, out var endpoint)
            && !string.IsNullOrEmpty(AccountName)
                ? endpoint
                : null;

    private static bool IsEndpoint(Uri uri) => uri.IsAbsoluteUri && uri.Scheme == Uri.UriSchemeHttps;

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new BlobServiceClient(text) is not null && new QueueServiceClient(text) is not null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return false;
        }
    }
}
