using System.Diagnostics.CodeAnalysis;

namespace RerankFunctions.Jobs.Storage;

/// <summary>Result of a conditional write.</summary>
/// <param name="ETag">ETag of the written blob; null when the condition did not hold and nothing was written.</param>
/// <param name="Time">Storage's clock when it answered, to the second.</param>
public readonly record struct BlobWriting(string? ETag, DateTimeOffset Time)
{
    /// <summary>Whether the blob was written.</summary>
    [MemberNotNullWhen(true, nameof(ETag))]
    public bool IsWritten => ETag is not null;
}
