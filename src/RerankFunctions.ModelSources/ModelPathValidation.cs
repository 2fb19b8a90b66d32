using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Hub;

namespace RerankFunctions.ModelSources;

/// <summary>Validates <c>Rerank:ModelPath</c>, and the settings of the hub if it names a model there.</summary>
internal sealed class ModelPathValidation(IConfiguration configuration) : IValidateOptions<ModelOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        try
        {
            if (ModelLocation.Parse(options.ModelPath) is ModelLocation.Hub)
            {
                HubEndpoint.Parse(configuration["HF_ENDPOINT"], configuration["HF_TOKEN"]);
            }

            return ValidateOptionsResult.Success;
        }
        catch (FormatException exception)
        {
            return ValidateOptionsResult.Fail(exception.Message);
        }
    }
}
