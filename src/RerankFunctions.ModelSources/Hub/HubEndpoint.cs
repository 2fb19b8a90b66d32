namespace RerankFunctions.ModelSources.Hub;

/// <summary>The hub and the token for it: <c>HF_ENDPOINT</c> and <c>HF_TOKEN</c>.</summary>
/// <param name="Address">Address of the hub, without a trailing slash.</param>
/// <param name="Token">Access token; null for none. It is sent to this host only, and never shown.</param>
internal sealed record HubEndpoint(Uri Address, string? Token)
{
    private const string Default = "https://huggingface.co";

    /// <summary>Parses the two settings.</summary>
    /// <exception cref="FormatException">One of them is not valid; the message names it.</exception>
    public static HubEndpoint Parse(string? address, string? token)
    {
        address = string.IsNullOrWhiteSpace(address) ? Default : address.Trim().TrimEnd('/');
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") ||
            uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new FormatException("HF_ENDPOINT must be the address of a hub, for instance https://huggingface.co, without user or query.");
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
        {
            throw new FormatException(
                "HF_ENDPOINT must be https; only addresses of this machine may be http. Others on the network could read the token or change the model.");
        }

        token = string.IsNullOrWhiteSpace(token) ? null : token.Trim();
        return token is null || (token.Length <= 4096 && token.All(c => c is > ' ' and < '\x7f'))
            ? new HubEndpoint(uri, token)
            : throw new FormatException("HF_TOKEN must be up to 4096 printable ASCII characters without spaces.");
    }

    /// <summary>Returns whether an address belongs to this hub and may get the token.</summary>
    public bool IsSameOrigin(Uri address) =>
        Uri.Compare(Address, address, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Returns an address below that of the hub.</summary>
    /// <param name="path">Path and query, escaped, without a leading slash.</param>
    public Uri Below(string path) => new($"{Address.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <inheritdoc/>
    public override string ToString() => Address.Authority;
}
