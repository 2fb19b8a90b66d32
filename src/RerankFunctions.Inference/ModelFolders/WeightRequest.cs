using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.ModelFolders;

/// <summary>The settings that decide which weights of a model folder are loaded.</summary>
/// <param name="Dtype"><c>auto</c> or the name of a precision (<see cref="ModelOptions.Dtype"/>).</param>
/// <param name="Device">The device in use, which decides what <c>auto</c> is.</param>
/// <param name="File">The ONNX file to load, relative to the folder (<see cref="ModelOptions.ModelFile"/>); null or empty if the settings name none.</param>
internal sealed record WeightRequest(string Dtype, Device Device, string? File = null)
{
    /// <summary>Names of the settings, for messages.</summary>
    public ModelSettingNames Settings { get; init; } = ModelSettingNames.OfOneModel;

    /// <summary>Returns the request of a model.</summary>
    public static WeightRequest Of(ModelDefinition model, Device device) => new(model.Dtype, device, model.File) { Settings = model.Settings };
}
