namespace StackExchange.Redis;

/// <summary>Why a connection failed.</summary>
public enum ConnectionFailureType
{
    /// <summary>It did not fail.</summary>
    None,

    /// <summary>The server cannot be reached.</summary>
    UnableToResolvePhysicalConnection,

    /// <summary>The socket failed.</summary>
    SocketFailure,

    /// <summary>The server refuses user or password, or TLS failed.</summary>
    AuthenticationFailure,

    /// <summary>The server sent something that is not Redis' protocol.</summary>
    ProtocolFailure,

    /// <summary>The client failed.</summary>
    InternalFailure,

    /// <summary>The server closed the connection.</summary>
    SocketClosed,

    /// <summary>The client closed the connection.</summary>
    ConnectionDisposed,

    /// <summary>The server is loading its data.</summary>
    Loading,

    /// <summary>The server cannot be reached in time.</summary>
    UnableToConnect,
}
