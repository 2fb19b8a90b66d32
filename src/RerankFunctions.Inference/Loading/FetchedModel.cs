using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Loading;

/// <summary>A model on the local disk that can be loaded, and again after it was unloaded: always the same files, whatever its source has meanwhile.</summary>
internal abstract class FetchedModel
{
    /// <summary>What is known of the model from its folder, also while it is not loaded.</summary>
    public abstract ModelDescription Description { get; }

    /// <summary>Size of the weights in bytes, in the form in which they run.</summary>
    public abstract long WeightBytes { get; }

    /// <summary>Loads the model into memory, runs it and measures its runs.</summary>
    /// <exception cref="ModelLoadException">The model cannot be loaded; the message says which file, and why.</exception>
    public abstract Task<LoadedModel> LoadAsync(CancellationToken cancellationToken);
}
