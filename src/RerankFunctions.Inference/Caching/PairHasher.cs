using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Caching;

/// <summary>
/// Hashes pairs with HMAC-SHA256. A request's own fields make a key of 32 bytes, and this key hashes each document, so that a document costs
/// one pass over its text. Without the secret nobody finds two pairs with the same key, or tests whether a known pair was scored.
/// </summary>
/// <param name="secret">The secret of the process.</param>
internal sealed class PairHasher(CacheSecret secret)
{
    private const int NullLength = -1;

    // Counts up when prompts, truncation or scores of the same model change with the code: scores of an older release must not be found.
    private readonly byte[] _key = secret.DeriveKey("rerank pairs 1"u8);

    /// <summary>Hashes what all pairs of a request share.</summary>
    /// <param name="revision">Revision of the model that scores.</param>
    /// <param name="request">The request. Its model's name, class and deadline do not count: they do not change scores.</param>
    public RequestHasher ForRequest(string revision, ScoringRequest request)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Append(hash, revision);
        Append(hash, request.Query);
        Append(hash, request.Instruction);
        Append(hash, request.MaxTokensPerDocument ?? -1);
        return new RequestHasher(hash.GetHashAndReset(), request.Documents);
    }

    // A length before each text: no two lists of fields give the same bytes.
    private static void Append(IncrementalHash hash, string? text)
    {
        Append(hash, text?.Length ?? NullLength);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
