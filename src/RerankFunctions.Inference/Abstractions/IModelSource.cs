namespace RerankFunctions.Inference.Abstractions;

/// <summary>The place that the model folder comes from: a local folder, or a remote one that is fetched first.</summary>
public interface IModelSource
{
    /// <summary>Returns the model folder on the local disk, and fetches it first where it is missing.</summary>
    /// <returns>Full path of a folder in Hugging Face layout. Its files do not change while the process runs.</returns>
    /// <exception cref="ModelLoadException">The folder is missing or cannot be fetched; the message says from where, and why.</exception>
    Task<string> GetFolderAsync(CancellationToken cancellationToken);
}
