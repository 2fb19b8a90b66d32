using System.Net;

namespace RerankFunctions.Contracts;

/// <summary>Which addresses a client may name as <c>callback_url</c>. What a name resolves to is checked when a callback is sent.</summary>
/// <param name="isEnabled">Whether the deployment sends callbacks.</param>
/// <param name="allowedHosts">
/// Hosts with ports in the form of <see cref="HostOf"/>, for instance <c>localhost:8080</c>, that may be private and without TLS.
/// </param>
public sealed class CallbackRule(bool isEnabled, IReadOnlySet<string> allowedHosts)
{
    /// <summary>Maximum number of characters of an address.</summary>
    public const int MaxCharacters = 2_048;

    /// <summary>A deployment that sends no callbacks.</summary>
    public static CallbackRule Disabled { get; } = new(false, new HashSet<string>());

    /// <summary>Returns the host with its port in the form of the allowed ones; an IPv6 address has brackets.</summary>
    public static string HostOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var host = address.HostNameType == UriHostNameType.IPv6 ? $"[{address.IdnHost}]" : address.IdnHost;
        return FormattableString.Invariant($"{host}:{address.Port}");
    }

    /// <summary>Returns whether a host may be private and without TLS.</summary>
    public bool IsAllowed(Uri address) => allowedHosts.Contains(HostOf(address));

    /// <summary>Checks an address.</summary>
    /// <returns>What is wrong with it, for the client; null for nothing.</returns>
    public string? FindFault(string text)
    {
        if (!isEnabled)
        {
            return "is not available on this server; poll the job instead";
        }

        if (text.Length > MaxCharacters)
        {
            return RequestFields.TooLong(MaxCharacters);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.Host.Length == 0)
        {
            return "must be an absolute https address";
        }

        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            return "must not have a user, a password or a fragment";
        }

        if (IsAllowed(address))
        {
            return null;
        }

        return address.Scheme != Uri.UriSchemeHttps ? "must be an absolute https address"
            : IsPublicName(address) ? null
            : "must be the address of a public host";
    }

    private static bool IsPublicName(Uri address) =>
        IPAddress.TryParse(address.IdnHost, out var number)
            ? PublicAddresses.Contains(number)
            : address.HostNameType == UriHostNameType.Dns && !address.IsLoopback;
}
