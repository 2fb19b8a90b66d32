using System.Globalization;
using System.Net;

namespace StackExchange.Redis;

/// <summary>The options of a connection.</summary>
public sealed class ConfigurationOptions
{
    private const int Port = 6379;
    private const int TlsPort = 6380;
    private int? _asyncTimeout;

    /// <summary>The servers. The first one is used.</summary>
    public EndPointCollection EndPoints { get; } = [];

    /// <summary>Whether a first try to connect that fails is an exception.</summary>
    public bool AbortOnConnectFail { get; set; } = true;

    /// <summary>What happens to commands while there is no connection.</summary>
    public BacklogPolicy BacklogPolicy { get; set; } = BacklogPolicy.FailFast;

    /// <summary>Time in milliseconds for a try to connect.</summary>
    public int ConnectTimeout { get; set; } = 5_000;

    /// <summary>Time in milliseconds for a synchronous command.</summary>
    public int SyncTimeout { get; set; } = 5_000;

    /// <summary>Time in milliseconds for an asynchronous command.</summary>
    public int AsyncTimeout
    {
        get => _asyncTimeout ?? SyncTimeout;
        set => _asyncTimeout = value;
    }

    /// <summary>Name of the connection on the server.</summary>
    public string? ClientName { get; set; }

    /// <summary>User; null for the default user.</summary>
    public string? User { get; set; }

    /// <summary>Password.</summary>
    public string? Password { get; set; }

    /// <summary>Number of the database.</summary>
    public int? DefaultDatabase { get; set; }

    /// <summary>Whether the connection uses TLS.</summary>
    public bool Ssl { get; set; }

    /// <summary>Name in the server's certificate; null for the server's host name.</summary>
    public string? SslHost { get; set; }

    /// <summary>Whether revoked certificates are rejected.</summary>
    public bool CheckCertificateRevocation { get; set; } = true;

    /// <summary>Reads a connection string: endpoints and <c>name=value</c>, separated by commas.</summary>
    /// <exception cref="ArgumentException">A part is wrong or not supported.</exception>
    public static ConfigurationOptions Parse(string configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = new ConfigurationOptions();
        var endPoints = new List<string>();
        foreach (var part in configuration.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                endPoints.Add(part);
            }
            else
            {
                options.Set(part[..equals].Trim(), part[(equals + 1)..].Trim());
            }
        }

        foreach (var endPoint in endPoints)
        {
            options.EndPoints.Add(ParseEndPoint(endPoint, options.Ssl ? TlsPort : Port));
        }

        return options;
    }

    private static EndPoint ParseEndPoint(string text, int defaultPort)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            return new IPEndPoint(address, defaultPort);
        }

        if (IPEndPoint.TryParse(text, out var endPoint))
        {
            return endPoint;
        }

        var colon = text.LastIndexOf(':');
        var port = defaultPort;
        return colon < 0 || int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            ? new DnsEndPoint(colon < 0 ? text : text[..colon], port)
            : throw new ArgumentException("An endpoint has no valid port.", nameof(text));
    }

    private static int Number(string keyword, string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentOutOfRangeException(keyword, $"Keyword '{keyword}' requires an integer value.");

    private static bool Flag(string keyword, string value) => value.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "1" => true,
        "FALSE" or "NO" or "OFF" or "0" => false,
        _ => throw new ArgumentOutOfRangeException(keyword, $"Keyword '{keyword}' requires a boolean value."),
    };

    private void Set(string keyword, string value)
    {
        switch (keyword.ToUpperInvariant())
        {
            case "ABORTCONNECT": AbortOnConnectFail = Flag(keyword, value); break;
            case "CONNECTTIMEOUT": ConnectTimeout = Number(keyword, value); break;
            case "SYNCTIMEOUT": SyncTimeout = Number(keyword, value); break;
            case "ASYNCTIMEOUT": AsyncTimeout = Number(keyword, value); break;
            case "NAME": ClientName = value; break;
            case "USER": User = value; break;
            case "PASSWORD": Password = value; break;
            case "DEFAULTDATABASE": DefaultDatabase = Number(keyword, value); break;
            case "SSL": Ssl = Flag(keyword, value); break;
            case "SSLHOST": SslHost = value; break;
            case "CHECKCERTIFICATEREVOCATION": CheckCertificateRevocation = Flag(keyword, value); break;

            // Known to the package, and without effect here.
            case "CONNECTRETRY" or "KEEPALIVE" or "CONFIGCHECKSECONDS": Number(keyword, value); break;
            case "ALLOWADMIN" or "RESOLVEDNS": Flag(keyword, value); break;
            default: throw new ArgumentException($"Keyword '{keyword}' is not supported.", keyword);
        }
    }
}
