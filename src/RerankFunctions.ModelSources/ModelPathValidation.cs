using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Hub;

namespace RerankFunctions.ModelSources;

/// <summary>Checks the form of <c>Rerank:ModelPath</c>, and of the hub's settings where it names a model there.</summary>
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
        catch (FormatException e)
        {
            return ValidateOptionsResult.Fail(e.Message);
        }
    }
}
