namespace RerankFunctions.Inference.Abstractions;

/// <summary>Values of the settings <c>Dtype</c>.</summary>
public static class PrecisionSetting
{
    /// <summary>The choice of the app, by device and files.</summary>
    public const string Auto = "auto";

    /// <summary>What other values are allowed, for messages.</summary>
    public const string Rule = "It must be one of auto, fp32, fp16, int8, int4.";
}
