using System.Text.RegularExpressions;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Configuration;

/// <summary>Parses values of <c>Rerank:ModelPath</c> and of the paths of several models.</summary>
internal static partial class ModelLocationParser
{
    private const string HubScheme = "hf:";
    private const string BlobScheme = "blob:";
    private const string Forms = "a folder, hf:owner/name@revision, blob:container/prefix, or https://account.blob.core.windows.net/container/prefix";

    /// <inheritdoc cref="ModelLocation.Parse"/>
    public static ModelLocation Parse(string value, string setting)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.StartsWith(HubScheme, StringComparison.Ordinal))
        {
            return ParseHub(value[HubScheme.Length..], setting);
        }

        if (value.StartsWith(BlobScheme, StringComparison.Ordinal))
        {
            var (container, prefix) = SplitContainer(value[BlobScheme.Length..], setting);
            return new ModelLocation.AppBlobs(container, prefix);
        }

        return value.Contains("://", StringComparison.Ordinal) ? ParseAddress(value, setting) : new ModelLocation.Local(value);
    }

    /// <summary>Returns whether a text is a full commit hash in lower case.</summary>
    public static bool IsCommitHash(string text) => CommitHash().IsMatch(text);

    private static ModelLocation.Hub ParseHub(string value, string setting)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        var revision = at < 0 ? "main" : value[(at + 1)..];
        var parts = (at < 0 ? value : value[..at]).Split('/');
        if (parts.Length != 2 || !IsRepositoryPart(parts[0]) || !IsRepositoryPart(parts[1]))
        {
            throw new FormatException($"{setting} must name a model as hf:owner/name@revision: letters, digits, '-', '_' and '.', up to 96 each.");
        }

        if (!RevisionName().IsMatch(revision) || revision.Contains("..", StringComparison.Ordinal) || revision.Contains("//", StringComparison.Ordinal))
        {
            throw new FormatException($"{setting} has an invalid revision; after '@' it must have a commit hash (recommended), a branch or a tag.");
        }

        return new ModelLocation.Hub(parts[0], parts[1], revision);
    }

    private static ModelLocation.Blobs ParseAddress(string value, string setting)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            throw new FormatException($"{setting} is an address that is not https; it must be {Forms}.");
        }

        if (address.IdnHost is "huggingface.co" or "www.huggingface.co" or "hf.co")
        {
            throw new FormatException($"{setting} is an address of the hub; write hf:owner/name@revision.");
        }

        // The app's identity signs in there: another host would get its token.
        if (!BlobHost().IsMatch(address.IdnHost) || !address.IsDefaultPort)
        {
            throw new FormatException(
                $"{setting} is the address of a host that is not Azure blob storage; it must be "
                + "https://account.blob.core.windows.net/container/prefix, or the same in a national cloud or a DNS zone.");
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
        {
            throw new FormatException($"{setting} must be an address without a signature or user: the app signs in with its identity.");
        }

        var (container, prefix) = SplitContainer(Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')), setting);
        return new ModelLocation.Blobs(new Uri($"{address.GetLeftPart(UriPartial.Authority)}/{container}"), prefix);
    }

    private static (string Container, string Prefix) SplitContainer(string path, string setting)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var container = slash < 0 ? path : path[..slash];
        var prefix = slash < 0 ? "" : path[(slash + 1)..].TrimEnd('/');
        if (!ContainerName().IsMatch(container) || container.Contains("--", StringComparison.Ordinal))
        {
            throw new FormatException($"{setting} must name a blob container: 3 to 63 lower-case letters, digits and single '-'.");
        }

        return prefix.Length == 0 || RelativePath.IsValid(prefix)
            ? (container, prefix)
            : throw new FormatException($"{setting} has an invalid prefix; it must be {RelativePath.Rule}.");
    }

    private static bool IsRepositoryPart(string part) =>
        RepositoryPart().IsMatch(part) &&
        !part.Contains("..", StringComparison.Ordinal) &&
        !part.Contains("--", StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryPart();

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,126}[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex RevisionName();

    [GeneratedRegex(@"^[0-9a-f]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommitHash();

    // Accounts of the public and the national clouds, and accounts in a DNS zone, whose number is between account and service.
    [GeneratedRegex(
        @"^[a-z0-9]{3,24}(?:-secondary)?\.(?:blob\.core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)|(?:z[0-9]{1,2}\.)?blob\.storage\.azure\.net)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex BlobHost();

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerName();
}
