using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Inference.Loading;

/// <summary>Brings the model from its source into memory.</summary>
internal interface IModelLoader
{
    /// <summary>Tries once to load the model and to run it.</summary>
    /// <exception cref="ModelLoadException">The model cannot be loaded; the message says which file or place, and why.</exception>
    Task<IModelFamily> LoadAsync(CancellationToken cancellationToken);
}
