namespace Microsoft.Azure.Functions.Worker;

/// <summary>Data of the trigger.</summary>
public abstract class BindingContext
{
    /// <summary>
    /// Route values, query and headers of a request, or metadata and JSON properties of a queue message. Values are strings, or JSON
    /// where they are not strings, as the host sends them.
    /// </summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
