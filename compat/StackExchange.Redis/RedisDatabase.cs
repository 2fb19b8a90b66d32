using System.Globalization;
using StackExchange.Redis.Protocol;

namespace StackExchange.Redis;

/// <summary>The commands over the connection of a multiplexer.</summary>
internal sealed class RedisDatabase(ConnectionMultiplexer multiplexer) : IDatabase
{
    public async Task<RedisValue[]> StringGetAsync(RedisKey[] keys, CommandFlags flags = CommandFlags.None)
    {
        if (keys.Length == 0)
        {
            return [];
        }

        var command = new RespCommand("MGET"u8, keys.Length);
        foreach (var key in keys)
        {
            command.Add(key.Bytes);
        }

        var reply = await multiplexer.SendAsync(command.ToArray(), forget: false);
        return reply.Items is { } items && items.Count == keys.Length && items.All(item => item.IsBulk)
            ? [.. items.Select(item => (RedisValue)item.Bytes)]
            : throw Unexpected(reply);
    }

    public async Task<bool> StringSetAsync(RedisKey key, RedisValue value, TimeSpan? expiry, When when, CommandFlags flags)
    {
        var condition = when switch
        {
            When.Exists => "XX",
            When.NotExists => "NX",
            _ => null,
        };
        var command = new RespCommand("SET"u8, 2 + (expiry is null ? 0 : 2) + (condition is null ? 0 : 1));
        command.Add(key.Bytes);
        command.Add(value.Bytes);
        if (expiry is { } lifetime)
        {
            command.Add("PX");
            command.Add(((long)lifetime.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        }

        if (condition is not null)
        {
            command.Add(condition);
        }

        var forget = flags.HasFlag(CommandFlags.FireAndForget);
        var reply = await multiplexer.SendAsync(command.ToArray(), forget);
        return !forget && (reply.IsOk || (reply.IsNull && when != When.Always ? false : throw Unexpected(reply)));
    }

    private static RedisException Unexpected(RespReply reply) => reply.Error is { } error
        ? new RedisServerException(error)
        : new RedisConnectionException(ConnectionFailureType.ProtocolFailure, "The server gave an answer of an unexpected kind.");
}
