using System.Diagnostics.CodeAnalysis;

namespace RerankFunctions.Jobs.Storage;

/// <summary>What reading a small blob found: nothing, nothing new, or a content with its ETag.</summary>
public readonly record struct BlobReading
{
    /// <summary>Bytes of a small blob at most.</summary>
    public const int MaxBytes = 1024 * 1024;

    private BlobReading(bool isUnchanged, ReadOnlyMemory<byte> content, string? eTag)
    {
        IsUnchanged = isUnchanged;
        Content = content;
        ETag = eTag;
    }

    /// <summary>There is no such blob.</summary>
    public static BlobReading Missing => default;

    /// <summary>The blob still has the ETag that the caller knows.</summary>
    public static BlobReading Unchanged => new(true, default, null);

    /// <summary>Whether the blob still has the ETag that the caller knows.</summary>
    public bool IsUnchanged { get; }

    /// <summary>The blob's bytes, where <see cref="IsFound"/>.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The content's ETag, where <see cref="IsFound"/>.</summary>
    public string? ETag { get; }

    /// <summary>Whether there is a content.</summary>
    [MemberNotNullWhen(true, nameof(ETag))]
    public bool IsFound => ETag is not null;

    /// <summary>A content with its ETag.</summary>
    public static BlobReading Found(ReadOnlyMemory<byte> content, string eTag) => new(false, content, eTag);
}
