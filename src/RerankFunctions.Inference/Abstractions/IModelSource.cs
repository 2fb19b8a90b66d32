namespace RerankFunctions.Inference.Abstractions;

/// <summary>The places that model folders come from: local folders, or remote ones that are fetched first.</summary>
public interface IModelSource
{
    /// <summary>Returns the name of the model at a path if no setting gives one.</summary>
    /// <param name="path">A valid path.</param>
    string NameOf(string path);

    /// <summary>Returns a model folder on the local disk, and fetches it first where it is missing.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Ends the fetch; the next one goes on.</param>
    /// <returns>Full path of a folder in Hugging Face layout. Its files do not change while the process runs.</returns>
    /// <exception cref="ModelLoadException">The folder is missing or cannot be fetched; the message says from where, and why.</exception>
    Task<string> GetFolderAsync(ModelDefinition model, CancellationToken cancellationToken);
}
