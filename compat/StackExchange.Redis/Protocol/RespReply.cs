using System.Text;

namespace StackExchange.Redis.Protocol;

/// <summary>A reply of the server.</summary>
/// <param name="Kind">First byte of the reply.</param>
/// <param name="Bytes">Text, number or bulk string; null for null and for arrays.</param>
/// <param name="Items">Items of an array.</param>
internal sealed record RespReply(byte Kind, byte[]? Bytes, IReadOnlyList<RespReply>? Items = null)
{
    public static RespReply Null { get; } = new((byte)'$', null);

    public bool IsBulk => Kind == '$';

    public bool IsNull => Bytes is null && Items is null;

    public bool IsOk => Kind == '+' && Bytes.AsSpan().SequenceEqual("OK"u8);

    /// <summary>The server's error; null for any other reply.</summary>
    public string? Error => Kind == '-' ? Encoding.UTF8.GetString(Bytes.AsSpan()) : null;
}
