using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Loading;

/// <summary>Brings models from their source to this machine, from where they can be loaded.</summary>
internal interface IModelLoader
{
    /// <summary>Tries once to fetch a model and to read what it is.</summary>
    /// <exception cref="ModelLoadException">The model cannot be used; the message says which file or place, and why.</exception>
    Task<FetchedModel> FetchAsync(ModelDefinition model, CancellationToken cancellationToken);
}
