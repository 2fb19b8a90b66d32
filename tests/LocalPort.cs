using System.Net;
using System.Net.Sockets;

namespace RerankFunctions;

/// <summary>Ports of this machine for servers that cannot choose a free one themselves.</summary>
internal static class LocalPort
{
    /// <summary>Returns a port on which nothing listens now.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
