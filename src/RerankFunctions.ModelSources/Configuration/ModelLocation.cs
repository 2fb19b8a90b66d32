using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.ModelSources.Configuration;

/// <summary>A valid value of <c>Rerank:ModelPath</c>: a local folder, a model on the hub, or a prefix in a blob container.</summary>
public abstract record ModelLocation
{
    private ModelLocation()
    {
    }

    /// <summary>Name of the model if no setting gives one: <c>owner/name</c> of a model on the hub, otherwise the last part of the path. Never empty.</summary>
    public abstract string DefaultName { get; }

    /// <summary>Parses a value of <c>Rerank:ModelPath</c> or another setting of a path. Without the form of a remote model, a value is a folder.</summary>
    /// <param name="value">The value.</param>
    /// <param name="setting">Name of the setting, for messages.</param>
    /// <exception cref="FormatException">The value has the form of a remote model and is not valid; the message says what is allowed.</exception>
    public static ModelLocation Parse(string value, string setting = "Rerank:ModelPath") => ModelLocationParser.Parse(value, setting);

    /// <summary>A folder on this machine.</summary>
    /// <param name="Folder">Its path, as configured.</param>
    public sealed record Local(string Folder) : ModelLocation
    {
        /// <inheritdoc/>
        public override string DefaultName => new LocalModelSource().NameOf(Folder);

        /// <inheritdoc/>
        public override string ToString() => Folder;
    }

    /// <summary>A model on the Hugging Face hub or a server with the same API.</summary>
    /// <param name="Owner">User or organization.</param>
    /// <param name="Name">Repository name.</param>
    /// <param name="Revision">Commit hash, branch or tag.</param>
    public sealed record Hub(string Owner, string Name, string Revision) : ModelLocation
    {
        /// <summary>Whether the revision is a full commit hash, which always names the same files.</summary>
        public bool IsPinned => ModelLocationParser.IsCommitHash(Revision);

        /// <inheritdoc/>
        public override string DefaultName => $"{Owner}/{Name}";

        /// <inheritdoc/>
        public override string ToString() => $"hf:{Owner}/{Name}@{Revision}";
    }

    /// <summary>A prefix in a container of the app's own storage account.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="Prefix">Prefix in it; empty for the whole container.</param>
    public sealed record AppBlobs(string Container, string Prefix) : ModelLocation
    {
        /// <inheritdoc/>
        public override string DefaultName => ModelNames.LastPart(Prefix) ?? Container;

        /// <inheritdoc/>
        public override string ToString() => $"blob:{Container}/{Prefix}";
    }

    /// <summary>A prefix in a container given by its address.</summary>
    /// <param name="ContainerAddress">Address of the container, https, without a query.</param>
    /// <param name="Prefix">Prefix in it; empty for the whole container.</param>
    public sealed record Blobs(Uri ContainerAddress, string Prefix) : ModelLocation
    {
        /// <inheritdoc/>
        public override string DefaultName => ModelNames.LastPart(Prefix) ?? ContainerAddress.Segments[^1];

        /// <inheritdoc/>
        public override string ToString() => $"{ContainerAddress.AbsoluteUri}/{Prefix}";
    }
}
