namespace RerankFunctions.Jobs.Storage;

/// <summary>
/// The blobs of one container, as far as the job protocol needs them. A write that reports an error may still have happened, and one
/// that reports a lost race may be this caller's own, sent twice because its first response was lost: callers tell by the content.
/// Every member throws <see cref="StorageUnavailableException"/> when storage cannot be reached or refuses the caller.
/// </summary>
public interface IBlobStore
{
    /// <summary>Reads a small blob whole.</summary>
    /// <param name="name">Name in the container.</param>
    /// <param name="knownETag">ETag that the caller has already read; null to read whatever is there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidDataException">The blob is larger than <see cref="BlobReading.MaxBytes"/>.</exception>
    Task<BlobReading> ReadAsync(string name, string? knownETag, CancellationToken cancellationToken);

    /// <summary>Reads a blob of any size as a stream.</summary>
    /// <param name="name">Name in the container.</param>
    /// <param name="read">Turns the stream into a value; the stream ends with the call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The value, or the type's default when there is no such blob.</returns>
    Task<T?> ReadAsync<T>(string name, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken);

    /// <summary>Writes a blob that does not exist yet.</summary>
    /// <returns>Its ETag, or null when there is a blob of that name.</returns>
    Task<string?> CreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Replaces a blob if it is still the one that the caller has read.</summary>
    /// <returns>The new ETag, or null when the blob has another ETag by now or is gone.</returns>
    Task<string?> ReplaceAsync(string name, ReadOnlyMemory<byte> content, string eTag, CancellationToken cancellationToken);

    /// <summary>Deletes a blob; one that is not there is no error.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);
}
