using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.ModelSources.Configuration;
using RerankFunctions.ModelSources.Hub;

namespace RerankFunctions.ModelSources;

/// <summary>Validates the paths of models, and the settings of the hub if one names a model there.</summary>
internal sealed class ModelPathValidation(IConfiguration configuration) : IValidateOptions<ModelOptions>, IValidateOptions<NamedModelOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ModelOptions options) => Validate(options.ModelPath, ModelSettingNames.OfOneModel);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, NamedModelOptions options) => Validate(options.Path, ModelSettingNames.Of(name ?? ""));

    private ValidateOptionsResult Validate(string path, ModelSettingNames settings)
    {
        try
        {
            if (ModelLocation.Parse(path, settings.Path) is ModelLocation.Hub)
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
