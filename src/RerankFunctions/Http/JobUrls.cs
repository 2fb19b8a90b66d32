using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;

namespace RerankFunctions.Http;

/// <summary>Creates the URLs under which clients find jobs and batches.</summary>
public sealed class JobUrls(IOptions<ApiOptions> options)
{
    private readonly string? _publicAddress = options.Value.PublicBaseUrl?.AbsoluteUri.TrimEnd('/');

    /// <summary>Finds the address that the URLs in a request's answer begin with, without a slash at its end.</summary>
    /// <exception cref="ProblemException">400: no public address is set, and the request names no usable host.</exception>
    public string FindAddress(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Kestrel lets hosts pass that no URL can have.
        return _publicAddress
            ?? (Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out var url) && IsAddress(url) && url.PathAndQuery == "/"
                ? url.GetLeftPart(UriPartial.Authority)
                : throw new ProblemException(Problem.Malformed(
                    "invalid_host", "The Host header must be a host name or an IP address, with a port where it is not the default.")));
    }

    /// <summary>Creates the URL of a job.</summary>
    /// <param name="address">From <see cref="FindAddress"/>.</param>
    /// <param name="id">The job.</param>
    public static string Create(string address, JobId id) => $"{address}/v1/jobs/{id}";

    /// <summary>Creates the URL of a batch.</summary>
    /// <param name="address">From <see cref="FindAddress"/>.</param>
    /// <param name="id">The batch.</param>
    public static string Create(string address, BatchId id) => $"{address}/v1/batches/{id}";

    /// <summary>Returns whether a URL is http or https, with a valid host and without user, query and fragment.</summary>
    internal static bool IsAddress(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url is { UserInfo: "", Query: "", Fragment: "" }
        && Uri.CheckHostName(url.IdnHost) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;
}
