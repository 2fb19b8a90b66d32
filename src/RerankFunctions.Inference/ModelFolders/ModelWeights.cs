namespace RerankFunctions.Inference.ModelFolders;

/// <summary>The weights of a model folder that this process loads: an ONNX file, or safetensors that a graph is built for. The folder may be remote.</summary>
public abstract record ModelWeights
{
    private protected ModelWeights(string file, Precision precision)
    {
        File = file;
        Precision = precision;
    }

    /// <summary>The file that is read first, relative to the model folder, with forward slashes. It may name further files.</summary>
    public string File { get; }

    /// <summary>Whether they are safetensors, which run in any precision.</summary>
    public bool AreSafetensors => this is SafetensorsWeights;

    /// <summary>Type of the weights in a run.</summary>
    internal Precision Precision { get; }

    /// <summary>Reads from <see cref="File"/> which further files hold weights.</summary>
    /// <param name="folder">Path of the model folder on the local disk, in which <see cref="File"/> is. The other files need not exist.</param>
    /// <returns>Valid names relative to the model folder, with forward slashes.</returns>
    /// <exception cref="Abstractions.ModelLoadException">The file is damaged, or names a file outside the folder.</exception>
    public abstract IReadOnlyList<string> ReadFurtherFiles(string folder);
}
