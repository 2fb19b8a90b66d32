namespace StackExchange.Redis;

/// <summary>A value: bytes, or null where there is none.</summary>
public readonly struct RedisValue
{
    private readonly byte[]? _bytes;

    private RedisValue(byte[]? bytes) => _bytes = bytes;

    /// <summary>Whether there is no value.</summary>
    public bool IsNull => _bytes is null;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Creates a value.</summary>
    public static implicit operator RedisValue(byte[]? value) => new(value);

    /// <summary>Returns the bytes.</summary>
    public static implicit operator byte[]?(RedisValue value) => value._bytes;
}
