namespace RerankFunctions.Contracts;

/// <summary>A model that requests may name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Aliases">Further names by which requests may call it.</param>
public sealed record ServedModel(string Name, IReadOnlyList<string> Aliases);

/// <summary>The models that this deployment serves.</summary>
public sealed class ServedModels
{
    private const string DefaultName = "default";

    // What Infinity's client sends where its user names none.
    private const string InfinityDefaultName = "default/not-specified";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Creates the list.</summary>
    /// <param name="models">The models, the default one first. No name or alias stands for two of them.</param>
    public ServedModels(params IReadOnlyList<ServedModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        Models = models;
        Default = models[0].Name;
        _names[""] = _names[DefaultName] = _names[InfinityDefaultName] = Default;
        foreach (var model in models)
        {
            _names[model.Name] = model.Name;
            foreach (var alias in model.Aliases)
            {
                _names[alias] = model.Name;
            }
        }

        var names = string.Join(", ", models.Select(static model => $"\"{model.Name}\""));
        Refusal = models.Count == 1 ? $"is not served here; leave it out, or use {names}" : $"is not served here; leave it out, or use one of {names}";
    }

    /// <summary>The models, the default one first.</summary>
    public IReadOnlyList<ServedModel> Models { get; }

    /// <summary>Name of the model that requests get that name none.</summary>
    public string Default { get; }

    /// <summary>What is wrong with a name that is not served, and what is allowed.</summary>
    public string Refusal { get; }

    /// <summary>Finds a model.</summary>
    /// <param name="model">What a request calls it: its name or an alias; null, empty or <c>default</c> for the default one.</param>
    /// <returns>The model's name; null if it is not served.</returns>
    public string? Resolve(string? model) => _names.GetValueOrDefault(model ?? "");
}
