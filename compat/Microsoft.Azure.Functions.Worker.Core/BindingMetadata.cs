namespace Microsoft.Azure.Functions.Worker;

/// <summary>A binding of a function.</summary>
public abstract class BindingMetadata
{
    /// <summary>Name of the parameter or property.</summary>
    public abstract string Name { get; }

    /// <summary>Type, such as <c>httpTrigger</c>, <c>queueTrigger</c>, <c>timerTrigger</c>, <c>http</c>, <c>queue</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Direction.</summary>
    public abstract BindingDirection Direction { get; }
}
