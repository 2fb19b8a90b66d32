using RerankFunctions.Batches.Protocol;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Batches.Storage;

/// <summary>
/// The operations on inputs and outputs of batches, in any container of the account. Every member throws <see cref="StorageUnavailableException"/> when
/// storage cannot be reached or refuses the caller; a write that throws may still have taken effect.
/// </summary>
public interface IBatchFiles
{
    /// <summary>Finds the current version of a blob.</summary>
    /// <returns>The version; null when there is no such block blob, or it is still being copied.</returns>
    Task<FileVersion?> FindAsync(string container, string name, CancellationToken cancellationToken);

    /// <summary>Lists one page of the block blobs of a container, sorted by name.</summary>
    /// <param name="container">The container. A missing one has no blobs.</param>
    /// <param name="continuation"><see cref="FilePage.Continuation"/> of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<FilePage> ListAsync(string container, string? continuation, CancellationToken cancellationToken);

    /// <summary>Reads a part of an input.</summary>
    /// <exception cref="InputChangedException">The blob has another version, or is gone.</exception>
    Task<byte[]> ReadAsync(BatchInputBlob input, long offset, int length, CancellationToken cancellationToken);

    /// <summary>Stages a block of an output. It is part of the blob once it is committed; storage drops it after a week otherwise.</summary>
    /// <param name="container">Container of the output. It is created when it is missing.</param>
    /// <param name="name">Name of the output.</param>
    /// <param name="blockId">Id of the block. A block of the same id is replaced.</param>
    /// <param name="content">The content, not empty.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task StageAsync(string container, string name, string blockId, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes staged blocks a blob, if the blob still has the version which the caller has read.</summary>
    /// <param name="container">Container of the output.</param>
    /// <param name="name">Name of the output.</param>
    /// <param name="blockIds">The blocks in order.</param>
    /// <param name="writer">The batch that writes the blob.</param>
    /// <param name="replaces">ETag of the version to replace; null when there must be none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the blob was written; false also when a block is missing.</returns>
    Task<bool> CommitAsync(
        string container, string name, IReadOnlyList<string> blockIds, string writer, string? replaces, CancellationToken cancellationToken);

    /// <summary>Deletes a version of a blob. A missing blob, or one of another version, is not an error.</summary>
    Task DeleteAsync(string container, string name, string eTag, CancellationToken cancellationToken);
}

/// <summary>A version of a blob.</summary>
/// <param name="ETag">Its ETag.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="WrittenAt">When it was written, by storage's clock, to the second.</param>
/// <param name="Writer">The batch that wrote it as an output; null for any other blob.</param>
public sealed record FileVersion(string ETag, long Bytes, DateTimeOffset WrittenAt, string? Writer = null);

/// <summary>A blob in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; null while it is still being copied.</param>
public sealed record ListedFile(string Name, FileVersion? Version);

/// <summary>One page of a list of blobs.</summary>
/// <param name="Files">The blobs.</param>
/// <param name="Continuation">Opaque start of the next page; null when this is the last one.</param>
/// <param name="Time">Storage's clock when it answered, to the second.</param>
public sealed record FilePage(IReadOnlyList<ListedFile> Files, string? Continuation, DateTimeOffset Time);
