using Microsoft.Extensions.Options;

namespace RerankFunctions.Inference;

/// <summary>Checks <see cref="ScoringOptions"/>; every failure says the setting, its value and what is allowed.</summary>
internal sealed class ScoringOptionsValidation : IValidateOptions<ScoringOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ScoringOptions options)
    {
        var failures = new List<string>();
        if (options.MaxBatchTokens is < 0 or > ScoringOptions.MostTokens)
            failures.Add($"Rerank:MaxBatchTokens is {options.MaxBatchTokens}; it must be from 0 (what suits the device) to {ScoringOptions.MostTokens}.");

        if (options.MaxBatchRows is < 0 or > ScoringOptions.MostRows)
            failures.Add($"Rerank:MaxBatchRows is {options.MaxBatchRows}; it must be from 0 (what suits the device) to {ScoringOptions.MostRows}.");

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
