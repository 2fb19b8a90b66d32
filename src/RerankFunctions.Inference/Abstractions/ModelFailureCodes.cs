namespace RerankFunctions.Inference.Abstractions;

/// <summary>The codes of <see cref="ModelFailure"/> and <see cref="ModelLoadException"/>.</summary>
public static class ModelFailureCodes
{
    /// <summary>A file of the model is missing, damaged or not supported.</summary>
    public const string ModelInvalid = "model_invalid";

    /// <summary>The folder, container or repository of the model does not exist.</summary>
    public const string ModelNotFound = "model_not_found";

    /// <summary>The identity or token of the app may not read the model.</summary>
    public const string ModelAccessDenied = "model_access_denied";

    /// <summary>The place that holds the model does not answer, or answers with an error of its own.</summary>
    public const string ModelUnreachable = "model_unreachable";

    /// <summary>The local model cache cannot be written.</summary>
    public const string ModelCacheUnusable = "model_cache_unusable";

    /// <summary>The device that the settings ask for cannot be used.</summary>
    public const string DeviceUnavailable = "device_unavailable";

    /// <summary>The model alone needs more memory than all models may use together.</summary>
    public const string ModelTooLarge = "model_too_large";

    /// <summary>The settings of this deployment name no such model.</summary>
    public const string NotServed = "model_not_served";

    /// <summary>The model is loaded, but none of its runs succeeds.</summary>
    public const string RunsFail = "model_runs_fail";

    /// <summary>Loading failed for a reason that no other code names.</summary>
    public const string LoadFailed = "model_load_failed";
}
