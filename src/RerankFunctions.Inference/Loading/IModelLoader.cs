using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Loading;

/// <summary>Brings the model from its source into memory.</summary>
internal interface IModelLoader
{
    /// <summary>Tries once to load the model, to run it and to measure its runs.</summary>
    /// <exception cref="ModelLoadException">The model cannot be loaded; the message says which file or place, and why.</exception>
    Task<LoadedModel> LoadAsync(CancellationToken cancellationToken);
}
