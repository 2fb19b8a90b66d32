namespace RerankFunctions.Inference.Abstractions;

/// <summary>The folder of fetched models, and of what is made of their weights while they are loaded: the setting <c>Rerank:ModelCachePath</c>.</summary>
public static class ModelCacheFolder
{
    /// <summary>Returns the full path of the folder in use.</summary>
    /// <param name="setting">The setting; null or empty for <c>RerankFunctions/models</c> in the user's local application data.</param>
    public static string Of(string? setting) => Path.GetFullPath(
        !string.IsNullOrWhiteSpace(setting)
            ? setting
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
                    ? data
                    : Path.GetTempPath(),
                "RerankFunctions",
                "models"));
}
