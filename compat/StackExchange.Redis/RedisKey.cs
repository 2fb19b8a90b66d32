using System.Text;

namespace StackExchange.Redis;

/// <summary>The name of a value.</summary>
public readonly struct RedisKey
{
    private readonly byte[]? _bytes;

    private RedisKey(byte[]? bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Creates a key of bytes.</summary>
    public static implicit operator RedisKey(byte[]? key) => new(key);

    /// <summary>Creates a key of text.</summary>
    public static implicit operator RedisKey(string? key) => new(key is null ? null : Encoding.UTF8.GetBytes(key));
}
