namespace RerankFunctions.Inference.Abstractions;

/// <summary>The models that this deployment serves, by their names and aliases. Names are compared by their characters.</summary>
public sealed class ModelCatalog
{
    /// <summary>Maximum number of models: their names are values of tags in metrics.</summary>
    public const int MaxModels = 64;

    private readonly Dictionary<string, ModelDefinition> _byName = new(StringComparer.Ordinal);

    /// <summary>Creates a catalog of one model.</summary>
    public ModelCatalog(ModelDefinition model)
        : this([model ?? throw new ArgumentNullException(nameof(model))], model.Name)
    {
    }

    /// <summary>Creates the catalog.</summary>
    /// <param name="models">The models, in the order in which they are loaded at start.</param>
    /// <param name="defaultModel">Name of the model that requests get that name none.</param>
    /// <exception cref="FormatException">A name is not valid or stands for two models; the message says which.</exception>
    public ModelCatalog(IEnumerable<ModelDefinition> models, string defaultModel)
    {
        ArgumentNullException.ThrowIfNull(models);
        var listed = models.ToList();
        foreach (var model in listed)
        {
            Add(model.Name, model);
        }

        foreach (var model in listed)
        {
            foreach (var alias in model.Aliases)
            {
                Add(alias, model);
            }
        }

        if (listed.Count > MaxModels)
        {
            throw new FormatException($"{NamedModelOptions.Section} names {listed.Count} models; the maximum is {MaxModels}.");
        }

        Default = listed.Find(model => model.Name == defaultModel)
            ?? throw new FormatException(
                $"Rerank:DefaultModel is '{defaultModel}'. It must be one of {string.Join(", ", listed.Select(model => model.Name))}.");
        Models = [Default, .. listed.Where(model => model != Default)];
    }

    /// <summary>The model that requests get that name none.</summary>
    public ModelDefinition Default { get; }

    /// <summary>The models, the default one first.</summary>
    public IReadOnlyList<ModelDefinition> Models { get; }

    /// <summary>Finds a model.</summary>
    /// <param name="name">Its name or an alias; null, empty or <c>default</c> for the default one.</param>
    /// <returns>The model; null if it is not served.</returns>
    public ModelDefinition? Find(string? name) => string.IsNullOrEmpty(name) || name == ModelNames.Default ? Default : _byName.GetValueOrDefault(name);

    private void Add(string name, ModelDefinition model)
    {
        if (!ModelNames.IsValid(name))
        {
            throw new FormatException($"{NamedModelOptions.Section} has the name '{name}'. It must have {ModelNames.Rule}.");
        }

        if (!_byName.TryAdd(name, model) && _byName[name] != model)
        {
            throw new FormatException(
                $"{NamedModelOptions.Section} gives the name '{name}' to two models, {_byName[name].Name} and {model.Name}. A name must stand for one model.");
        }
    }
}
