namespace RerankFunctions.Contracts;

/// <summary>The model that this deployment serves, as requests name it.</summary>
/// <param name="name">Its name.</param>
public sealed class ServedModel(string name)
{
    /// <summary>The name in answers.</summary>
    public string Name { get; } = name;

    /// <summary>Returns whether a request means this model: it names it, names none, or names the default in a form that clients send.</summary>
    public bool IsNamedBy(string? requested) =>
        string.IsNullOrEmpty(requested) || requested is "default" or "default/not-specified" || requested == Name;
}
