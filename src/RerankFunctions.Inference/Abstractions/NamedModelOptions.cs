using System.ComponentModel.DataAnnotations;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>One of several models of a deployment: the settings <c>Rerank:Models:NAME:*</c>. The options have the model's name.</summary>
public sealed class NamedModelOptions
{
    /// <summary>The section that holds a section for each model.</summary>
    public const string Section = "Rerank:Models";

    /// <summary>The model folder, as <see cref="ModelOptions.ModelPath"/>.</summary>
    [Required(ErrorMessage = "It must be the path of a model folder.")]
    public string Path { get; set; } = "";

    /// <summary>Precision, as <see cref="ModelOptions.Dtype"/>.</summary>
    /// <value>Default: null, for <see cref="ModelOptions.Dtype"/>.</value>
    [AllowedValues(null, "auto", "fp32", "fp16", "int8", "int4", ErrorMessage = PrecisionSetting.Rule)]
    public string? Dtype { get; set; }

    /// <summary>The ONNX file to load, as <see cref="ModelOptions.ModelFile"/>.</summary>
    [CustomValidation(typeof(RelativePath), nameof(RelativePath.ValidateSetting))]
    public string? ModelFile { get; set; }

    /// <summary>Further names by which requests may call the model, with commas between.</summary>
    [CustomValidation(typeof(ModelNames), nameof(ModelNames.ValidateList))]
    public string? Aliases { get; set; }
}
