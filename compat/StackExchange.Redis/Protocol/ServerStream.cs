using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace StackExchange.Redis.Protocol;

/// <summary>The stream to a server: TCP, with TLS if the options say so.</summary>
internal static class ServerStream
{
    /// <summary>Opens the stream.</summary>
    public static async Task<Stream> OpenAsync(ConfigurationOptions options, CancellationToken cancellationToken)
    {
        var endPoint = options.EndPoints[0];
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Ssl)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = options.SslHost ?? (endPoint is DnsEndPoint dns ? dns.Host : ((IPEndPoint)endPoint).Address.ToString()),
                        CertificateRevocationCheckMode = options.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
                    },
                    cancellationToken);
            }

            return stream;
        }
        catch
        {
            socket.Dispose();
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            throw;
        }
    }
}
