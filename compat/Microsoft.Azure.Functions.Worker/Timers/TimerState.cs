using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Microsoft.Azure.Functions.Worker.Timers;

/// <summary>The blob of a timer. Only the instance with its lease runs the timer, and its content is the status of the schedule.</summary>
internal sealed class TimerState(BlobContainerClient container, string name)
{
    /// <summary>Duration of a lease, as on the Functions host. After it, another instance takes over the timers of one that died.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(15);

    private readonly BlobClient _blob = container.GetBlobClient(name);

    /// <summary>Takes the lease.</summary>
    /// <returns>The lease; null when another instance holds it.</returns>
    public async Task<BlobLeaseClient?> TryAcquireAsync(CancellationToken cancellationToken)
    {
        var lease = _blob.GetBlobLeaseClient();
        try
        {
            await lease.AcquireAsync(LeaseTime, cancellationToken: cancellationToken);
            return lease;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.LeaseAlreadyPresent)
        {
            return null;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            await CreateAsync(cancellationToken);
            return await TryAcquireAsync(cancellationToken);
        }
    }

    /// <summary>Reads the status; null before the first run.</summary>
    public async Task<ScheduleStatus?> ReadAsync(CancellationToken cancellationToken)
    {
        var content = await _blob.DownloadContentAsync(cancellationToken);
        return content.Value.Details.ContentLength == 0 ? null : JsonSerializer.Deserialize<ScheduleStatus>(content.Value.Content);
    }

    /// <summary>Writes the status under the lease.</summary>
    public Task WriteAsync(ScheduleStatus status, string leaseId, CancellationToken cancellationToken) =>
        _blob.UploadAsync(
            BinaryData.FromObjectAsJson(status),
            new BlobUploadOptions { Conditions = new BlobRequestConditions { LeaseId = leaseId } },
            cancellationToken);

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        try
        {
            await _blob.UploadAsync(
                BinaryData.FromString(""),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } },
                cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            // Another instance has created it.
            return;
        }
    }
}
