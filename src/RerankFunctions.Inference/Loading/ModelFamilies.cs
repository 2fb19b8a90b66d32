using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Inference.Families.CrossEncoder;
using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.Inference.Loading;

/// <summary>Loads the family that reads a model folder.</summary>
internal static class ModelFamilies
{
    /// <summary>Loads the model and runs it once.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be used; the message says which file and why.</exception>
    public static IModelFamily Load(ModelLoadContext context) => context.Folder.Kind switch
    {
        FamilyKind.CrossEncoder => CrossEncoderFamily.Load(context),
        _ => CausalFamily.Load(context),
    };
}
