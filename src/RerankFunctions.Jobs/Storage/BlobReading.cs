using System.Diagnostics.CodeAnalysis;

namespace RerankFunctions.Jobs.Storage;

/// <summary>Result of reading a small blob: missing, unchanged, or content with its ETag.</summary>
public readonly record struct BlobReading
{
    /// <summary>Maximum size of a small blob in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private BlobReading(bool isUnchanged, ReadOnlyMemory<byte> content, string? eTag, DateTimeOffset time)
    {
        IsUnchanged = isUnchanged;
        Content = content;
        ETag = eTag;
        Time = time;
    }

    /// <summary>Whether the blob still has the ETag that the caller knows.</summary>
    public bool IsUnchanged { get; }

    /// <summary>The blob's bytes, if <see cref="IsFound"/>.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The content's ETag, if <see cref="IsFound"/>.</summary>
    public string? ETag { get; }

    /// <summary>Storage's clock when it answered, to the second.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Whether the reading has content.</summary>
    [MemberNotNullWhen(true, nameof(ETag))]
    public bool IsFound => ETag is not null;

    /// <summary>The blob does not exist.</summary>
    public static BlobReading Missing(DateTimeOffset time) => new(false, default, null, time);

    /// <summary>The blob still has the ETag that the caller knows.</summary>
    public static BlobReading Unchanged(DateTimeOffset time) => new(true, default, null, time);

    /// <summary>The blob's content.</summary>
    public static BlobReading Found(ReadOnlyMemory<byte> content, string eTag, DateTimeOffset time) => new(false, content, eTag, time);
}
