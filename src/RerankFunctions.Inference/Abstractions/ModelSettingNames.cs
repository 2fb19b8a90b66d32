namespace RerankFunctions.Inference.Abstractions;

/// <summary>Names of the settings of a model, for messages.</summary>
/// <param name="Path">The setting of its path.</param>
/// <param name="Dtype">The setting of its precision.</param>
/// <param name="File">The setting of its ONNX file.</param>
public sealed record ModelSettingNames(string Path, string Dtype, string File)
{
    /// <summary>Those of the one model of a deployment.</summary>
    public static ModelSettingNames OfOneModel { get; } = new("Rerank:ModelPath", "Rerank:Dtype", "Rerank:ModelFile");

    /// <summary>Returns those of one of several models.</summary>
    /// <param name="name">Name of the model.</param>
    public static ModelSettingNames Of(string name) =>
        new($"{NamedModelOptions.Section}:{name}:Path", $"{NamedModelOptions.Section}:{name}:Dtype", $"{NamedModelOptions.Section}:{name}:ModelFile");
}
