using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace RerankFunctions.Inference.Abstractions;

/// <summary>Reads the models that the settings name, and validates the settings that belong together.</summary>
/// <param name="section">The section <c>Rerank</c> of the configuration.</param>
/// <param name="named">The models of <c>Rerank:Models</c>.</param>
internal sealed class ModelSettings(IConfigurationSection section, IOptionsMonitor<NamedModelOptions> named) : IValidateOptions<ModelOptions>
{
    private static readonly string[] OfSingle =
        [nameof(ModelOptions.ModelPath), nameof(ModelOptions.ModelName), nameof(ModelOptions.ModelFile), nameof(ModelOptions.ModelAliases)];

    private IReadOnlyList<string> Names { get; } = NamesIn(section);

    /// <summary>Returns the names of the models of <c>Rerank:Models</c>; none where the deployment has one model.</summary>
    /// <param name="section">The section <c>Rerank</c> of the configuration.</param>
    public static IReadOnlyList<string> NamesIn(IConfigurationSection section) => [.. section.GetSection("Models").GetChildren().Select(model => model.Key)];

    /// <summary>Returns the models.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="source">Names the model of a deployment that names none.</param>
    public ModelCatalog Read(ModelOptions options, IModelSource source)
    {
        if (Names.Count > 0)
        {
            return ReadNamed(options);
        }

        return new ModelCatalog(
            new ModelDefinition(
                string.IsNullOrEmpty(options.ModelName) ? source.NameOf(options.ModelPath) : options.ModelName,
                options.ModelPath,
                options.Dtype,
                options.ModelFile)
            {
                Aliases = ModelNames.Split(options.ModelAliases),
            });
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ModelOptions options)
    {
        if (Names.Count == 0)
        {
            return string.IsNullOrEmpty(options.DefaultModel)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"{section.Path}:DefaultModel is '{options.DefaultModel}'. It must be left out where {NamedModelOptions.Section} is.");
        }

        var failures = OfSingle.Where(setting => !string.IsNullOrEmpty(section[setting]))
            .Select(setting => $"{section.Path}:{setting} is '{section[setting]}'. It must be left out where {NamedModelOptions.Section} names the models.")
            .ToList();
        if (Names.Count > 1 && string.IsNullOrEmpty(options.DefaultModel))
        {
            failures.Add($"{section.Path}:DefaultModel is ''. It must be one of {string.Join(", ", Names)}.");
        }
        else if (FindFault(options) is { } fault)
        {
            failures.Add(fault);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private string? FindFault(ModelOptions options)
    {
        try
        {
            ReadNamed(options);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
        catch (OptionsValidationException)
        {
            // The validation of the model's own settings tells.
            return null;
        }
    }

    private ModelCatalog ReadNamed(ModelOptions options) =>
        new(Names.Select(name => Define(name, options)), string.IsNullOrEmpty(options.DefaultModel) ? Names[0] : options.DefaultModel);

    private ModelDefinition Define(string name, ModelOptions options)
    {
        var settings = named.Get(name);
        return new ModelDefinition(name, settings.Path, settings.Dtype ?? options.Dtype, settings.ModelFile)
        {
            Aliases = ModelNames.Split(settings.Aliases),
            Settings = ModelSettingNames.Of(name),
        };
    }
}
