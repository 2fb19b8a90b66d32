namespace RerankFunctions.ModelSources.Hub;

/// <summary>Which hub is asked, and with what token: <c>HF_ENDPOINT</c> and <c>HF_TOKEN</c>.</summary>
/// <param name="Address">Address of the hub, without a slash at the end of its path.</param>
/// <param name="Token">Access token; null for none. Sent to this host only, and shown nowhere.</param>
internal sealed record HubEndpoint(Uri Address, string? Token)
{
    private const string Default = "https://huggingface.co";

    /// <summary>Reads and checks the two settings.</summary>
    /// <exception cref="FormatException">One of them is wrong; the message names it.</exception>
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
            throw new FormatException("HF_ENDPOINT must be https: over http anyone on the way could read the token and change the model. Only addresses of this machine may be http.");
        }

        token = string.IsNullOrWhiteSpace(token) ? null : token.Trim();
        return token is null || (token.Length <= 4096 && token.All(c => c is > ' ' and < '\x7f'))
            ? new HubEndpoint(uri, token)
            : throw new FormatException("HF_TOKEN holds characters that no token has.");
    }

    /// <summary>Whether an address belongs to this hub, so that it may get the token.</summary>
    public bool IsSameOrigin(Uri address) =>
        Uri.Compare(Address, address, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>An address below the hub's.</summary>
    /// <param name="path">Path and query, escaped, without a slash at its start.</param>
    public Uri Below(string path) => new($"{Address.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <inheritdoc/>
    public override string ToString() => Address.Authority;
}
