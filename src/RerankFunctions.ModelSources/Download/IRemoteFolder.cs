using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.ModelSources.Download;

/// <summary>A model folder on a server.</summary>
internal interface IRemoteFolder
{
    /// <summary>The folder as an operator knows it, for messages.</summary>
    string Name { get; }

    /// <summary>Lists the files of the folder, sub-folders included.</summary>
    /// <exception cref="TransientDownloadException">Worth another try.</exception>
    /// <exception cref="ModelLoadException">Not worth one.</exception>
    Task<IReadOnlyList<RemoteFile>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens a file for reading.</summary>
    /// <param name="file">One of those listed.</param>
    /// <param name="offset">Bytes that are there already.</param>
    /// <param name="validator">What <see cref="RemoteContent.Validator"/> was when they were read; null when not known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TransientDownloadException">Worth another try.</exception>
    /// <exception cref="ModelLoadException">Not worth one.</exception>
    Task<RemoteContent> OpenAsync(RemoteFile file, long offset, string? validator, CancellationToken cancellationToken);
}
