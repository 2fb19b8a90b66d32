using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Finishing;

/// <summary>
/// Does what is next for a batch beside cutting and scoring: gives chunks to workers while there is room, writes the output when all are done, and clears up.
/// Any process may do so at any time, and several at once: each step is a swap, or a write that takes effect once.
/// </summary>
public sealed class BatchAdvance(BatchSteps steps, BatchStore store, ChunkStore chunks, OutputWriter outputs, IOptions<BatchOptions> options)
{
    /// <summary>Advances a batch as far as possible now.</summary>
    /// <param name="batch">The batch's state as last read or written.</param>
    /// <param name="cancellationToken">Ends the work; the sweeper has it go on.</param>
    /// <exception cref="StorageUnavailableException">Storage failed; the sweeper has the work go on.</exception>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public async Task AdvanceAsync(Versioned<BatchRecord> batch, CancellationToken cancellationToken)
    {
        while (await FindNextAsync(batch.Value, cancellationToken) is { } next)
        {
            if (await steps.TakeAsync(batch, next, cancellationToken) is not { } step || step.Batch.ETag == batch.ETag)
            {
                return;
            }

            batch = step.Batch;
        }

        if (batch.Value.IsEnded())
        {
            await ClearAsync(batch.Value.Id, cancellationToken);
        }
    }

    /// <summary>Deletes what a batch that has ended does not need any more, its marker last.</summary>
    public async Task ClearAsync(BatchId id, CancellationToken cancellationToken)
    {
        await chunks.DeleteAsync(id, cancellationToken);
        await store.UnmarkActiveAsync(id, cancellationToken);
    }

    /// <summary>Deletes the marker of a batch whose state is missing or not readable, and what cutting has stored of it.</summary>
    public async Task ClearLostAsync(BatchId id, CancellationToken cancellationToken)
    {
        if (await chunks.ExistsAsync(id, cancellationToken))
        {
            // Cutting begins after the state is written, so this is no start that has yet to write it. One may have done so since the caller's look.
            if (await store.ReadRecordAsync(id, cancellationToken) is not null)
            {
                return;
            }

            await chunks.DeleteAsync(id, cancellationToken);
        }

        await store.UnmarkActiveAsync(id, cancellationToken);
    }

    private async Task<BatchEvent?> FindNextAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        if (batch.IsFinishing())
        {
            return batch.Replaces is not { } versions ? new BatchEvent.OutputFound(await outputs.FindAsync(batch, cancellationToken))
                : await outputs.WriteAsync(batch, versions, cancellationToken) ? new BatchEvent.Finished()
                : new BatchEvent.Faulted(BatchFaults.OutputChanged());
        }

        if (batch.State != BatchState.InProgress || batch.Dispatched >= batch.Cut.Chunks || batch.Active.Count >= options.Value.MaxChunksInFlight)
        {
            return null;
        }

        return await chunks.ReadPageAsync(batch.Id, batch.Dispatched, cancellationToken) is { } page
            ? new BatchEvent.Dispatched(page)
            : new BatchEvent.Faulted(BatchFaults.StateLost());
    }
}
