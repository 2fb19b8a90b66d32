using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RerankFunctions.ModelSources.Download;

/// <summary>Hash functions by which servers state the content of a file.</summary>
internal enum DigestKind
{
    /// <summary>SHA-256 of the bytes (Git LFS).</summary>
    Sha256,

    /// <summary>SHA-1 of <c>blob SIZE NUL</c> and the bytes (Git's object id).</summary>
    GitBlobSha1,

    /// <summary>MD5 of the bytes (a blob's Content-MD5); guards against damage, not against an attacker.</summary>
    Md5,
}

/// <summary>Hash of the bytes of a file, as the server states it.</summary>
/// <param name="Kind">Hash function.</param>
/// <param name="Hex">The hash in lower-case hexadecimal.</param>
internal sealed record FileDigest(DigestKind Kind, string Hex)
{
    /// <summary>Starts to hash a file.</summary>
    /// <param name="size">Bytes of the whole file.</param>
    public IncrementalHash Start(long size)
    {
        var hash = IncrementalHash.CreateHash(Kind switch
        {
            DigestKind.Sha256 => HashAlgorithmName.SHA256,
            DigestKind.GitBlobSha1 => HashAlgorithmName.SHA1,
            _ => HashAlgorithmName.MD5,
        });
        if (Kind == DigestKind.GitBlobSha1)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        }

        return hash;
    }

    /// <summary>Returns the hash in a hub's ETag or object id: 64 digits are SHA-256, 40 are Git's object id. Returns null for anything else.</summary>
    public static FileDigest? FromHub(string? id)
    {
        var hex = id?.Trim('"').ToLowerInvariant();
        return hex is null || !hex.All(char.IsAsciiHexDigit)
            ? null
            : hex.Length switch
            {
                64 => new FileDigest(DigestKind.Sha256, hex),
                40 => new FileDigest(DigestKind.GitBlobSha1, hex),
                _ => null,
            };
    }
}
