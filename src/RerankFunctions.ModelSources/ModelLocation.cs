using System.Text.RegularExpressions;

namespace RerankFunctions.ModelSources;

/// <summary>A checked value of <c>Rerank:ModelPath</c>: a local folder, a model on the hub, or a prefix in a blob container.</summary>
public abstract partial record ModelLocation
{
    private const string HubScheme = "hf:";
    private const string BlobScheme = "blob:";
    private const string Forms =
        "a folder, hf:owner/name@revision, blob:container/prefix, or https://account.blob.core.windows.net/container/prefix";

    private ModelLocation()
    {
    }

    /// <summary>Name by which requests call the model where no setting gives one: <c>owner/name</c> of a model on the hub, otherwise the last part of the path. Never empty.</summary>
    public abstract string DefaultName { get; }

    /// <summary>A folder of this machine.</summary>
    /// <param name="Folder">Its path, as it was given.</param>
    public sealed record Local(string Folder) : ModelLocation
    {
        /// <inheritdoc/>
        public override string DefaultName => LastName(Folder) ?? "model";

        /// <inheritdoc/>
        public override string ToString() => Folder;
    }

    /// <summary>A model on the Hugging Face hub or a server that speaks its protocol.</summary>
    /// <param name="Owner">User or organization.</param>
    /// <param name="Name">Repository name.</param>
    /// <param name="Revision">Commit hash, branch or tag.</param>
    public sealed record Hub(string Owner, string Name, string Revision) : ModelLocation
    {
        /// <summary>Whether the revision is a full commit hash, which always names the same files.</summary>
        public bool IsPinned => CommitHash().IsMatch(Revision);

        /// <inheritdoc/>
        public override string DefaultName => $"{Owner}/{Name}";

        /// <inheritdoc/>
        public override string ToString() => $"hf:{Owner}/{Name}@{Revision}";
    }

    /// <summary>A prefix in a container of the storage account that the app itself uses.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="Prefix">Prefix within it; empty for the whole container.</param>
    public sealed record AppBlobs(string Container, string Prefix) : ModelLocation
    {
        /// <inheritdoc/>
        public override string DefaultName => LastName(Prefix) ?? Container;

        /// <inheritdoc/>
        public override string ToString() => $"blob:{Container}/{Prefix}";
    }

    /// <summary>A prefix in a container named by its address.</summary>
    /// <param name="ContainerAddress">Address of the container, https, without a query.</param>
    /// <param name="Prefix">Prefix within it; empty for the whole container.</param>
    public sealed record Blobs(Uri ContainerAddress, string Prefix) : ModelLocation
    {
        /// <inheritdoc/>
        public override string DefaultName => LastName(Prefix) ?? ContainerAddress.Segments[^1];

        /// <inheritdoc/>
        public override string ToString() => $"{ContainerAddress.AbsoluteUri}/{Prefix}";
    }

    /// <summary>Reads a value of <c>Rerank:ModelPath</c>. What has none of the forms of something to fetch is a folder.</summary>
    /// <exception cref="FormatException">Meant to name something to fetch, and wrong; the message says what is allowed.</exception>
    public static ModelLocation Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.StartsWith(HubScheme, StringComparison.Ordinal))
        {
            return ParseHub(value[HubScheme.Length..]);
        }

        if (value.StartsWith(BlobScheme, StringComparison.Ordinal))
        {
            var (container, prefix) = SplitContainer(value[BlobScheme.Length..]);
            return new AppBlobs(container, prefix);
        }

        return IsRemote(value) ? ParseAddress(value) : new Local(value);
    }

    /// <summary>Whether a value of <c>Rerank:ModelPath</c> is meant to name something that is fetched.</summary>
    internal static bool IsRemote(string value) =>
        value.StartsWith(HubScheme, StringComparison.Ordinal) ||
        value.StartsWith(BlobScheme, StringComparison.Ordinal) ||
        value.Contains("://", StringComparison.Ordinal);

    /// <summary>Whether a text is a full commit hash in lower case.</summary>
    internal static bool IsCommitHash(string text) => CommitHash().IsMatch(text);

    private static Hub ParseHub(string value)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        var revision = at < 0 ? "main" : value[(at + 1)..];
        var parts = (at < 0 ? value : value[..at]).Split('/');
        if (parts.Length != 2 || !IsRepositoryPart(parts[0]) || !IsRepositoryPart(parts[1]))
        {
            throw new FormatException("Rerank:ModelPath must name a model as hf:owner/name@revision: letters, digits, '-', '_' and '.', at most 96 each.");
        }

        if (!RevisionName().IsMatch(revision) || revision.Contains("..", StringComparison.Ordinal) || revision.Contains("//", StringComparison.Ordinal))
        {
            throw new FormatException("Rerank:ModelPath names a revision that cannot be one; after '@' stands a commit hash (best), a branch or a tag.");
        }

        return new Hub(parts[0], parts[1], revision);
    }

    private static Blobs ParseAddress(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            throw new FormatException($"Rerank:ModelPath is an address that is not https; it must be {Forms}.");
        }

        if (address.IdnHost is "huggingface.co" or "www.huggingface.co" or "hf.co")
        {
            throw new FormatException("Rerank:ModelPath is an address of the hub; write hf:owner/name@revision.");
        }
        // The app's identity signs in there: to another host its token would be given away.
        if (!BlobHost().IsMatch(address.IdnHost) || !address.IsDefaultPort)
        {
            throw new FormatException("Rerank:ModelPath is the address of a host that is no blob storage of Azure; it must be https://account.blob.core.windows.net/container/prefix, or the same in a national cloud or a DNS zone.");
        }

        if (address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
        {
            throw new FormatException("Rerank:ModelPath must be an address without a signature or user: access is by the app's identity.");
        }

        var (container, prefix) = SplitContainer(Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')));
        return new Blobs(new Uri($"{address.GetLeftPart(UriPartial.Authority)}/{container}"), prefix);
    }

    private static (string Container, string Prefix) SplitContainer(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var container = slash < 0 ? path : path[..slash];
        var prefix = slash < 0 ? "" : path[(slash + 1)..].TrimEnd('/');
        if (!ContainerName().IsMatch(container) || container.Contains("--", StringComparison.Ordinal))
        {
            throw new FormatException("Rerank:ModelPath must name a blob container: 3 to 63 lower-case letters, digits and single '-'.");
        }

        if (prefix.Length > 0 && !RemotePath.IsSafe(prefix))
        {
            throw new FormatException("Rerank:ModelPath names a prefix in the container that cannot be one.");
        }

        return (container, prefix);
    }

    private static string? LastName(string path) =>
        path.Split('/', '\\').LastOrDefault(part => !string.IsNullOrWhiteSpace(part) && part is not ("." or ".."));

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

    // Accounts of the public and the national clouds, and those in a DNS zone, whose number stands between account and service.
    [GeneratedRegex(@"^[a-z0-9]{3,24}(?:-secondary)?\.(?:blob\.core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)|(?:z[0-9]{1,2}\.)?blob\.storage\.azure\.net)\z", RegexOptions.CultureInvariant)]
    private static partial Regex BlobHost();

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerName();
}
