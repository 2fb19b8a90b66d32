using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Clients;

/// <summary>The keys of the rerank routes. Only their hashes are known.</summary>
public sealed class ClientKeys(IOptions<ClientOptions> options)
{
    private readonly (string Name, byte[] Hash)[] _keys =
        [.. options.Value.ClientKeys.Select(key => (key.Key, Convert.FromHexString(key.Value)))];

    /// <summary>Names of the keys.</summary>
    public IEnumerable<string> Names => _keys.Select(key => key.Name);

    /// <summary>Returns the name of a key; null for one that is not known. It takes the same time for all keys of a length.</summary>
    public string? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        string? found = null;
        foreach (var (name, known) in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, known) ? name : found;
        }

        return found;
    }
}
