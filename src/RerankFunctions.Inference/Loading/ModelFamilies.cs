using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Families.Causal;
using RerankFunctions.Inference.Families.CrossEncoder;
using RerankFunctions.Inference.ModelFolders;

namespace RerankFunctions.Inference.Loading;

/// <summary>The list of families.</summary>
internal static class ModelFamilies
{
    /// <summary>Loads a model folder with the family that reads it, and runs the model once.</summary>
    /// <exception cref="ModelLoadException">The folder cannot be used; the message says which file and why.</exception>
    public static IModelFamily Load(ModelLoadContext context) => context.Folder.Kind switch
    {
        FamilyKind.CrossEncoder => CrossEncoderFamily.Load(context),
        FamilyKind.CausalYesNo or FamilyKind.CausalLabel => CausalFamily.Load(context),
        var kind => throw new InvalidOperationException($"No family reads models of the kind {kind}."),
    };
}
