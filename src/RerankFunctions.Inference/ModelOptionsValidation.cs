using Microsoft.Extensions.Options;

namespace RerankFunctions.Inference;

/// <summary>Checks <see cref="ModelOptions"/>; every failure says the setting, its value and what is allowed.</summary>
internal sealed class ModelOptionsValidation : IValidateOptions<ModelOptions>
{
    private static readonly string[] Dtypes = ["auto", "fp32", "fp16", "int8"];
    private static readonly string[] Devices = ["auto", "cpu", "cuda"];

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrWhiteSpace(options.ModelPath))
            failures.Add("Rerank:ModelPath is empty; it must be the path of a model folder.");

        if (!Dtypes.Contains(options.Dtype, StringComparer.Ordinal))
            failures.Add($"Rerank:Dtype is '{options.Dtype}'; it must be one of {string.Join(", ", Dtypes)}.");

        if (!Devices.Contains(options.Device, StringComparer.Ordinal))
            failures.Add($"Rerank:Device is '{options.Device}'; it must be one of {string.Join(", ", Devices)}.");

        if (options.ModelThreads is < 0 or > ModelOptions.MostThreads)
            failures.Add($"Rerank:ModelThreads is {options.ModelThreads}; it must be from 0 (one a core) to {ModelOptions.MostThreads}.");

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
