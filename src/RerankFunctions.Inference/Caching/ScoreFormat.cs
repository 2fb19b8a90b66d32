using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace RerankFunctions.Inference.Caching;

/// <summary>
/// The form of a score in Redis: version, flags, tokens, logit and a tag. The tag binds the score to its pair and to the secret, so that a
/// damaged value, one of another pair or one that somebody else wrote is not read.
/// </summary>
/// <param name="secret">The secret of the process.</param>
internal sealed class ScoreFormat(CacheSecret secret)
{
    /// <summary>Bytes of a value.</summary>
    public const int Length = TagStart + TagBytes;

    private const byte Version = 1;
    private const byte DocumentTruncated = 1;
    private const byte QueryTruncated = 2;
    private const int TagStart = 10;
    private const int TagBytes = 8;
    private readonly byte[] _key = secret.DeriveKey("rerank values 1"u8);

    /// <summary>Writes a score.</summary>
    public byte[] Write(PairKey key, CachedScore score)
    {
        var value = new byte[Length];
        value[0] = Version;
        value[1] = (byte)((score.DocumentTruncated ? DocumentTruncated : 0) | (score.QueryTruncated ? QueryTruncated : 0));
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(2), score.Tokens);
        BinaryPrimitives.WriteSingleLittleEndian(value.AsSpan(6), score.Logit);
        BinaryPrimitives.WriteUInt64LittleEndian(value.AsSpan(TagStart), TagOf(key, value.AsSpan(0, TagStart)));
        return value;
    }

    /// <summary>Reads a score.</summary>
    /// <returns>The score; null if the value is none that <see cref="Write"/> made for this pair.</returns>
    public CachedScore? Read(PairKey key, ReadOnlySpan<byte> value)
    {
        if (value.Length != Length || value[0] != Version || BinaryPrimitives.ReadUInt64LittleEndian(value[TagStart..]) != TagOf(key, value[..TagStart]))
        {
            return null;
        }

        var score = new CachedScore(
            BinaryPrimitives.ReadSingleLittleEndian(value[6..]),
            BinaryPrimitives.ReadInt32LittleEndian(value[2..]),
            (value[1] & DocumentTruncated) != 0,
            (value[1] & QueryTruncated) != 0);
        return score.IsValid ? score : null;
    }

    private ulong TagOf(PairKey key, ReadOnlySpan<byte> content)
    {
        Span<byte> input = stackalloc byte[Unsafe.SizeOf<UInt128>() + TagStart];
        BinaryPrimitives.WriteUInt128LittleEndian(input, key.Value);
        content.CopyTo(input[Unsafe.SizeOf<UInt128>()..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, input, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
