namespace Microsoft.Azure.Functions.Worker;

/// <summary>Direction of a binding.</summary>
public enum BindingDirection
{
    /// <summary>Input of the function.</summary>
    In = 0,

    /// <summary>Output of the function.</summary>
    Out = 1,
}
