using System.Text.Json;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Storage;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Cutting;

/// <summary>
/// Claims on outputs: at most one batch that has not ended may write an output. Storage drops the staged blocks of all others when one of them commits.
/// </summary>
public sealed class OutputClaims(IBlobStore blobs, BatchStore store, IBatchFiles files, BatchSteps steps)
{
    /// <summary>Claims the output of a batch whose input is the current version. A batch of an older version of the same input fails.</summary>
    /// <returns>Null when the claim is the batch's; else the batch that it waits for.</returns>
    public async Task<BatchId?> TryClaimAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        var name = BatchBlobNames.Claim(batch.OutputContainer, OutputNames.Of(batch).Results);
        var claim = JsonSerializer.SerializeToUtf8Bytes(new OutputClaim(batch.Id), BatchesJson.Stored.OutputClaim);
        while (!(await blobs.CreateAsync(name, claim, metadata: null, cancellationToken)).IsWritten)
        {
            var reading = await blobs.ReadAsync(name, knownETag: null, cancellationToken);
            if (!reading.IsFound)
            {
                continue;
            }

            var holder = Parse(reading.Content.Span);
            if (holder == batch.Id)
            {
                return null;
            }

            if (holder is { } other && await IsInUseAsync(other, batch, cancellationToken))
            {
                return other;
            }

            if ((await blobs.ReplaceAsync(name, claim, metadata: null, reading.ETag, cancellationToken)).IsWritten)
            {
                return null;
            }
        }

        return null;
    }

    private async Task<bool> IsInUseAsync(BatchId holder, BatchRecord batch, CancellationToken cancellationToken)
    {
        if (await store.ReadRecordAsync(holder, cancellationToken) is not { } other || other.Value.IsEnded())
        {
            return false;
        }

        var (container, name) = (batch.Input.Container, batch.Input.Name);
        if (other.Value.Input.Container != container || other.Value.Input.Name != name)
        {
            return true;
        }

        // The holder had claimed before this look: while this batch's version is the current one, the holder's is older. Else the holder's may be newer.
        if ((await files.FindAsync(container, name, cancellationToken))?.ETag != batch.Input.ETag)
        {
            return true;
        }

        var step = await steps.TakeAsync(other, new BatchEvent.Superseded(), cancellationToken);
        return step is null || !step.Batch.Value.IsEnded();
    }

    private static BatchId? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, BatchesJson.Default.OutputClaim)?.BatchId;
        }
        catch (JsonException)
        {
            // Nobody can hold a claim that is not readable.
            return null;
        }
    }
}
