using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Caching;

/// <summary>The secret of a process, from <see cref="SharedCacheOptions.CacheKey"/> or random, and the keys that are derived from it.</summary>
/// <param name="options">The settings.</param>
internal sealed class CacheSecret(IOptions<SharedCacheOptions> options)
{
    private const int KeyBytes = 32;
    private readonly byte[] _secret = options.Value.CacheKey is { } key ? Encoding.UTF8.GetBytes(key) : RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>Derives a key of 32 bytes.</summary>
    /// <param name="purpose">What the key is for; keys of two purposes are independent.</param>
    public byte[] DeriveKey(ReadOnlySpan<byte> purpose)
    {
        var key = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, key, salt: [], purpose);
        return key;
    }
}
