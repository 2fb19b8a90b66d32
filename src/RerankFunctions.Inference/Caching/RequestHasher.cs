using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RerankFunctions.Inference.Caching;

/// <summary>Hashes the pairs of one request. Calls may run in parallel.</summary>
internal sealed class RequestHasher
{
    // Below it, HMAC as two plain hashes over a copy of the text takes half the time of the platform's HMAC, which sets up a native context each time.
    private const int MaxCopied = 4096;
    private const int BlockBytes = 64;
    private readonly byte[] _key;
    private readonly byte[] _innerKey = new byte[BlockBytes];
    private readonly byte[] _outerKey = new byte[BlockBytes];
    private readonly IReadOnlyList<string> _documents;

    /// <summary>Prepares the hashes.</summary>
    /// <param name="key">Key made of the request's own fields, at most a block of SHA-256.</param>
    /// <param name="documents">The request's documents.</param>
    public RequestHasher(byte[] key, IReadOnlyList<string> documents)
    {
        _key = key;
        _documents = documents;
        key.CopyTo(_innerKey, 0);
        key.CopyTo(_outerKey, 0);
        for (var i = 0; i < BlockBytes; i++)
        {
            _innerKey[i] ^= 0x36;
            _outerKey[i] ^= 0x5c;
        }
    }

    /// <summary>Hashes a pair: the first half of HMAC-SHA256 over the document's UTF-16 text. Allocates nothing.</summary>
    /// <param name="document">Position of the document in the request.</param>
    public PairKey KeyOf(int document)
    {
        var text = MemoryMarshal.AsBytes(_documents[document].AsSpan());
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (text.Length <= MaxCopied)
        {
            Span<byte> inner = stackalloc byte[BlockBytes + MaxCopied];
            _innerKey.CopyTo(inner);
            text.CopyTo(inner[BlockBytes..]);
            Span<byte> outer = stackalloc byte[BlockBytes + SHA256.HashSizeInBytes];
            _outerKey.CopyTo(outer);
            SHA256.HashData(inner[..(BlockBytes + text.Length)], outer[BlockBytes..]);
            SHA256.HashData(outer, hash);
        }
        else
        {
            HMACSHA256.HashData(_key, text, hash);
        }

        return new PairKey(BinaryPrimitives.ReadUInt128LittleEndian(hash));
    }
}
