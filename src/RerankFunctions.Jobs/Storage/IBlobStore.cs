namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// The operations on one container's blobs that the job protocol needs. A write that throws may still have taken effect. A write that
/// reports a lost race may have lost it to itself, when the client repeated it after a lost response: callers compare the content.
/// Every member throws <see cref="StorageUnavailableException"/> when storage cannot be reached or refuses the caller.
/// </summary>
public interface IBlobStore
{
    /// <summary>Reads a small blob into memory.</summary>
    /// <param name="name">Name in the container.</param>
    /// <param name="knownETag">ETag that the caller has read before; null to read whatever is stored.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="InvalidDataException">The blob is larger than <see cref="BlobReading.MaxBytes"/>.</exception>
    Task<BlobReading> ReadAsync(string name, string? knownETag, CancellationToken cancellationToken);

    /// <summary>Reads a blob of any size as a stream.</summary>
    /// <param name="name">Name in the container.</param>
    /// <param name="read">Reads a value from the stream, which is closed afterwards.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The value, or the type's default when the blob does not exist.</returns>
    Task<T?> ReadAsync<T>(string name, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken);

    /// <summary>Writes a blob that does not exist yet.</summary>
    /// <param name="name">Name in the container.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="metadata">What lists tell of the blob; null for nothing. Names and values are ASCII.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Its ETag, or no ETag when a blob of that name exists.</returns>
    Task<BlobWriting> CreateAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken);

    /// <summary>Replaces a blob that still has the ETag which the caller has read.</summary>
    /// <param name="name">Name in the container.</param>
    /// <param name="content">Its new bytes.</param>
    /// <param name="metadata">What lists tell of the blob; null for nothing. Names and values are ASCII.</param>
    /// <param name="eTag">The ETag.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The new ETag, or no ETag when the blob has changed or is gone.</returns>
    Task<BlobWriting> ReplaceAsync(
        string name, ReadOnlyMemory<byte> content, IReadOnlyDictionary<string, string>? metadata, string eTag, CancellationToken cancellationToken);

    /// <summary>Deletes a blob. A missing blob is not an error.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Deletes a blob that still has an ETag of a list. A missing blob, or one that was written since, is not an error.</summary>
    Task DeleteAsync(string name, string eTag, CancellationToken cancellationToken);

    /// <summary>Lists one page of the blobs whose names start with a prefix, sorted by name.</summary>
    /// <param name="prefix">First characters of the names.</param>
    /// <param name="continuation"><see cref="BlobPage.Continuation"/> of the page before; null for the first page.</param>
    /// <param name="maxCount">Maximum number of blobs on the page, 1 to 5,000. A page may hold fewer and still not be the last one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<BlobPage> ListAsync(string prefix, string? continuation, int maxCount, CancellationToken cancellationToken);
}
