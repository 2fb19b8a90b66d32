namespace RerankFunctions.Storage;

/// <summary>A way to an <see cref="Azurite"/> that can be cut and mended: what storage being down looks like from outside.</summary>
public sealed class StorageGate : IDisposable
{
    private readonly TcpGate _blobs;
    private readonly TcpGate _queues;

    internal StorageGate(Azurite azurite)
    {
        _blobs = new TcpGate(azurite.BlobPort);
        _queues = new TcpGate(azurite.QueuePort);
        ConnectionString = azurite.ConnectionStringFor(_blobs.Port, _queues.Port);
    }

    /// <summary>Connection string of the account, through this gate.</summary>
    public string ConnectionString { get; }

    /// <summary>Drops all connections and refuses new ones.</summary>
    public void Cut()
    {
        _blobs.Close();
        _queues.Close();
    }

    /// <summary>Lets connections through again, on the same ports.</summary>
    public void Mend()
    {
        _blobs.Open();
        _queues.Open();
    }

    public void Dispose()
    {
        _blobs.Dispose();
        _queues.Dispose();
    }
}
