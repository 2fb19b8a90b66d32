namespace RerankFunctions.Inference.Abstractions;

/// <summary>Folders on this machine for what can be made again: fetched models, converted weights, measurements.</summary>
public static class DataFolder
{
    /// <summary>Name of the folder of fetched models and of converted weights: the setting <c>Rerank:ModelCachePath</c>.</summary>
    public const string Models = "models";

    /// <summary>Name of the folder for what is measured of models: the setting <c>Rerank:MeasurementPath</c>.</summary>
    public const string Runs = "runs";

    /// <summary>Returns the full path of the folder in use.</summary>
    /// <param name="setting">The setting; null or empty for <c>RerankFunctions/NAME</c> in the user's local application data.</param>
    /// <param name="name">Name of the folder.</param>
    public static string Of(string? setting, string name) => Path.GetFullPath(
        !string.IsNullOrWhiteSpace(setting)
            ? setting
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
                    ? data
                    : Path.GetTempPath(),
                "RerankFunctions",
                name));
}
