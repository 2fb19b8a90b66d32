namespace StackExchange.Redis;

/// <summary>A command that failed.</summary>
public class RedisException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RedisException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A command that failed because there is no connection, or because it broke.</summary>
public sealed class RedisConnectionException : RedisException
{
    /// <summary>Creates the exception.</summary>
    public RedisConnectionException(ConnectionFailureType failureType, string message, Exception? innerException = null)
        : base(message, innerException) => FailureType = failureType;

    /// <summary>Why the connection failed.</summary>
    public ConnectionFailureType FailureType { get; }
}

/// <summary>A command that the server answered with an error.</summary>
public sealed class RedisServerException : RedisException
{
    /// <summary>Creates the exception.</summary>
    public RedisServerException(string message)
        : base(message)
    {
    }
}

/// <summary>A command that was not answered in time.</summary>
public sealed class RedisTimeoutException : TimeoutException
{
    internal RedisTimeoutException(string message)
        : base(message)
    {
    }
}
