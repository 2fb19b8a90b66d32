namespace RerankFunctions.Tests.Support;

/// <summary>A test against a real Redis; skipped, by name, where <c>redis-server</c> is not installed.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute()
    {
        if (RedisServer.Binary is null)
        {
            Skip = "redis-server is not installed";
        }
    }
}
