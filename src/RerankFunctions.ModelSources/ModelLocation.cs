using System.Text.RegularExpressions;

namespace RerankFunctions.ModelSources;

/// <summary>A checked value of <c>Rerank:ModelPath</c> that names something to fetch: a model on the hub, or a prefix in a blob container.</summary>
internal abstract partial record ModelLocation
{
    private const string Forms =
        "a folder, hf:owner/name@revision, blob:container/prefix, or https://account.blob.core.windows.net/container/prefix";

    private ModelLocation()
    {
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
        public override string ToString() => $"hf:{Owner}/{Name}@{Revision}";
    }

    /// <summary>A prefix in a container of the storage account that the app itself uses.</summary>
    public sealed record AppBlobs(string Container, string Prefix) : ModelLocation
    {
        /// <inheritdoc/>
        public override string ToString() => $"blob:{Container}/{Prefix}";
    }

    /// <summary>A prefix in a container named by its address.</summary>
    /// <param name="ContainerAddress">Address of the container, https, without a query.</param>
    /// <param name="Prefix">Prefix within it; empty for the whole container.</param>
    public sealed record Blobs(Uri ContainerAddress, string Prefix) : ModelLocation
    {
        /// <inheritdoc/>
        public override string ToString() => $"{ContainerAddress.AbsoluteUri}/{Prefix}";
    }

    /// <summary>Reads a value of <c>Rerank:ModelPath</c>.</summary>
    /// <exception cref="FormatException">None of the forms; the message says what is allowed.</exception>
    public static ModelLocation Parse(string value)
    {
        if (value.StartsWith("hf:", StringComparison.Ordinal))
            return ParseHub(value["hf:".Length..]);
        if (value.StartsWith("blob:", StringComparison.Ordinal))
        {
            var (container, prefix) = SplitContainer(value["blob:".Length..]);
            return new AppBlobs(container, prefix);
        }

        return value.Contains("://", StringComparison.Ordinal)
            ? ParseAddress(value)
            : throw new FormatException($"Rerank:ModelPath must be {Forms}.");
    }

    /// <summary>Whether a text is a full commit hash in lower case.</summary>
    public static bool IsCommitHash(string text) => CommitHash().IsMatch(text);

    private static Hub ParseHub(string value)
    {
        var at = value.IndexOf('@', StringComparison.Ordinal);
        var revision = at < 0 ? "main" : value[(at + 1)..];
        var parts = (at < 0 ? value : value[..at]).Split('/');
        if (parts.Length != 2 || !IsRepositoryPart(parts[0]) || !IsRepositoryPart(parts[1]))
            throw new FormatException("Rerank:ModelPath must name a model as hf:owner/name@revision: letters, digits, '-', '_' and '.', at most 96 each.");
        if (!RevisionName().IsMatch(revision) || revision.Contains("..", StringComparison.Ordinal) || revision.Contains("//", StringComparison.Ordinal))
            throw new FormatException("Rerank:ModelPath names a revision that cannot be one; after '@' stands a commit hash (best), a branch or a tag.");
        return new Hub(parts[0], parts[1], revision);
    }

    private static Blobs ParseAddress(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
            throw new FormatException($"Rerank:ModelPath is an address that is not https; it must be {Forms}.");
        if (address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
            throw new FormatException("Rerank:ModelPath must be an address without a signature or user: access is by the app's identity.");
        var (container, prefix) = SplitContainer(Uri.UnescapeDataString(address.AbsolutePath.TrimStart('/')));
        return new Blobs(new Uri($"{address.GetLeftPart(UriPartial.Authority)}/{container}"), prefix);
    }

    private static (string Container, string Prefix) SplitContainer(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var container = slash < 0 ? path : path[..slash];
        var prefix = slash < 0 ? "" : path[(slash + 1)..].TrimEnd('/');
        if (!ContainerName().IsMatch(container) || container.Contains("--", StringComparison.Ordinal))
            throw new FormatException("Rerank:ModelPath must name a blob container: 3 to 63 lower-case letters, digits and single '-'.");
        if (prefix.Length > 0 && !RemotePath.IsSafe(prefix))
            throw new FormatException("Rerank:ModelPath names a prefix in the container that cannot be one.");
        return (container, prefix);
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

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]{1,61})[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerName();
}
