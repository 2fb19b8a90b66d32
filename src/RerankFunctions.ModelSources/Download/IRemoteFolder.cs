using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Download;

/// <summary>A model folder on a server.</summary>
internal interface IRemoteFolder
{
    /// <summary>The folder as the settings name it, for messages.</summary>
    string Name { get; }

    /// <summary>Lists the files of the folder, sub-folders included.</summary>
    /// <exception cref="TransientDownloadException">Another try may succeed.</exception>
    /// <exception cref="ModelLoadException">The list or the file cannot be used.</exception>
    Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens a file for reading.</summary>
    /// <param name="file">A listed file.</param>
    /// <param name="offset">Number of bytes that the caller has already.</param>
    /// <param name="validator"><see cref="RemoteContent.Validator"/> of these bytes; null if unknown.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TransientDownloadException">Another try may succeed.</exception>
    /// <exception cref="ModelLoadException">The list or the file cannot be used.</exception>
    Task<RemoteContent> OpenAsync(RemoteFile file, long offset, string? validator, CancellationToken cancellationToken);
}
