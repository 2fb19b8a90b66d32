namespace StackExchange.Redis;

/// <summary>The commands of a database.</summary>
public interface IDatabase
{
    /// <summary>Reads values; null for keys without one.</summary>
    Task<RedisValue[]> StringGetAsync(RedisKey[] keys, CommandFlags flags = CommandFlags.None);

    /// <summary>Sets a value.</summary>
    /// <returns>Whether it was set; false at once with <see cref="CommandFlags.FireAndForget"/>.</returns>
    Task<bool> StringSetAsync(RedisKey key, RedisValue value, TimeSpan? expiry, When when, CommandFlags flags);
}
