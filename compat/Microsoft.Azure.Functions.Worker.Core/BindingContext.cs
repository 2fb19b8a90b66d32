namespace Microsoft.Azure.Functions.Worker;

/// <summary>Data that came with the trigger.</summary>
public abstract class BindingContext
{
    /// <summary>Route values, query and headers of a request; metadata and JSON properties of a queue message. As the host
    /// sends them: texts, and what is no text as JSON.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
