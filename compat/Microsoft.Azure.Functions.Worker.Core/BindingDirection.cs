namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which way data goes.</summary>
public enum BindingDirection
{
    /// <summary>Into the function.</summary>
    In = 0,

    /// <summary>Out of the function.</summary>
    Out = 1,
}
