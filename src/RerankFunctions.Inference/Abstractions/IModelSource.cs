namespace RerankFunctions.Inference.Abstractions;

/// <summary>Where the model folder comes from: a local folder, or a place that it is fetched from first.</summary>
public interface IModelSource
{
    /// <summary>Brings the model folder onto the local disk, where it is not there yet.</summary>
    /// <returns>Full path of a folder in Hugging Face layout. Its files do not change while the process runs.</returns>
    /// <exception cref="ModelLoadException">The folder is not there or cannot be fetched; the message says from where, and why.</exception>
    Task<string> GetFolderAsync(CancellationToken cancellationToken);
}
