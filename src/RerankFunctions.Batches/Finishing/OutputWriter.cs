using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Storage;

namespace RerankFunctions.Batches.Finishing;

/// <summary>
/// Writes the outputs of batches by committing staged blocks. Each blob is written once: a write names the version that it replaces, so that one of a paused
/// process which comes late changes nothing.
/// </summary>
public sealed class OutputWriter(IBatchFiles files)
{
    /// <summary>Finds the versions of the blobs that a batch replaces.</summary>
    public async Task<OutputVersions> FindAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        var names = OutputNames.Of(batch);
        var results = await files.FindAsync(batch.OutputContainer, names.Results, cancellationToken);
        var errors = await files.FindAsync(batch.OutputContainer, names.Errors, cancellationToken);
        return new OutputVersions(results?.ETag, errors?.ETag);
    }

    /// <summary>Writes the output of the chunks that are done: the errors first, so that they are there once the results are.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="versions">The versions to replace.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>Whether the output is written; false when somebody else wrote one of the blobs.</returns>
    public async Task<bool> WriteAsync(BatchRecord batch, OutputVersions versions, CancellationToken cancellationToken)
    {
        var names = OutputNames.Of(batch);
        var done = DoneChunks.Of(batch).ToList();
        if (done.Count == 0)
        {
            // A batch without results replaces none: those of an earlier version of the input stay.
            return true;
        }

        var failed = done.Where(chunk => DoneChunks.HasErrors(batch, chunk.Chunk)).ToList();
        return await WriteAsync(batch, names.Errors, failed, versions.Errors, cancellationToken)
            && await WriteAsync(batch, names.Results, done, versions.Results, cancellationToken);
    }

    private async Task<bool> WriteAsync(
        BatchRecord batch, string name, List<(int Chunk, int Attempt)> chunks, string? replaces, CancellationToken cancellationToken)
    {
        if (chunks.Count == 0)
        {
            // None of the lines failed. Errors that are there belong to results that are about to be replaced.
            if (replaces is not null)
            {
                await files.DeleteAsync(batch.OutputContainer, name, replaces, cancellationToken);
            }

            return true;
        }

        var writer = batch.Id.ToString();
        var blocks = chunks.ConvertAll(chunk => OutputNames.Block(batch, chunk.Chunk, chunk.Attempt));
        return await files.CommitAsync(batch.OutputContainer, name, blocks, writer, replaces, cancellationToken)
            || (await files.FindAsync(batch.OutputContainer, name, cancellationToken))?.Writer == writer;
    }
}
