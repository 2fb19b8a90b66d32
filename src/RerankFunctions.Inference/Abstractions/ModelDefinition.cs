namespace RerankFunctions.Inference.Abstractions;

/// <summary>A model that this deployment serves, as the settings name it.</summary>
/// <param name="Name">Its name in requests and answers.</param>
/// <param name="Path">Where its folder is, in a form that <see cref="IModelSource"/> reads.</param>
/// <param name="Dtype">Precision, as <see cref="ModelOptions.Dtype"/>.</param>
/// <param name="File">The ONNX file to load, as <see cref="ModelOptions.ModelFile"/>; null or empty for the choice of the app.</param>
public sealed record ModelDefinition(string Name, string Path, string Dtype = PrecisionSetting.Auto, string? File = null)
{
    /// <summary>Further names by which requests may call it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The settings that name the model, for messages.</summary>
    public ModelSettingNames Settings { get; init; } = ModelSettingNames.OfOneModel;
}
