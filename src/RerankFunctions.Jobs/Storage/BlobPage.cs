namespace RerankFunctions.Jobs.Storage;

/// <summary>One page of a list of blobs.</summary>
/// <param name="Blobs">The blobs, sorted by name.</param>
/// <param name="Continuation">Opaque start of the next page; null when this is the last one.</param>
/// <param name="Time">Storage's clock when it answered, to the second.</param>
public sealed record BlobPage(IReadOnlyList<ListedBlob> Blobs, string? Continuation, DateTimeOffset Time);

/// <summary>A blob in a list.</summary>
/// <param name="Name">Name in the container.</param>
/// <param name="LastModified">Time of its last write by storage's clock, to the second.</param>
/// <param name="ETag">ETag of that write.</param>
/// <param name="Metadata">What its writer tells of it.</param>
public sealed record ListedBlob(string Name, DateTimeOffset LastModified, string ETag, IReadOnlyDictionary<string, string> Metadata);
