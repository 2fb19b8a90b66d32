using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Jobs.Answering;

/// <summary>The models of a process as requests name them.</summary>
public static class CatalogNames
{
    /// <summary>Returns the names and aliases of a catalog's models, the default one first.</summary>
    public static ServedModels ToServed(this ModelCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ServedModels([.. catalog.Models.Select(static model => new ServedModel(model.Name, model.Aliases))]);
    }
}
