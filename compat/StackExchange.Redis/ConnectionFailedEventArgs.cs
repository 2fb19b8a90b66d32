using System.Net;

namespace StackExchange.Redis;

/// <summary>A connection that failed or came back.</summary>
public sealed class ConnectionFailedEventArgs : EventArgs
{
    internal ConnectionFailedEventArgs(EndPoint? endPoint, ConnectionFailureType failureType, Exception? exception) =>
        (EndPoint, FailureType, Exception) = (endPoint, failureType, exception);

    /// <summary>The server.</summary>
    public EndPoint? EndPoint { get; }

    /// <summary>Why it failed.</summary>
    public ConnectionFailureType FailureType { get; }

    /// <summary>The cause.</summary>
    public Exception? Exception { get; }
}
