namespace RerankFunctions.Cli.Service;

/// <summary>How to reach a service.</summary>
/// <param name="Address">Its address; routes are appended.</param>
/// <param name="Key">Function key, a secret of printable ASCII characters without spaces; null for none.</param>
/// <param name="RetryFor">For how long a call is tried again while the service is busy or does not answer.</param>
internal sealed record ServiceSettings(Uri Address, string? Key, TimeSpan RetryFor)
{
    /// <summary>Returns the address alone: the key never stands in a message.</summary>
    public override string ToString() => Address.AbsoluteUri.TrimEnd('/');
}
