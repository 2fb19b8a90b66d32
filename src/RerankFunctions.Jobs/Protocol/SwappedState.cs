namespace RerankFunctions.Jobs.Protocol;

/// <summary>A state that is written by compare-and-swap only.</summary>
public abstract record SwappedState
{
    /// <summary>Mark of the write that made this state. Its writer knows it again when the response to the write is lost.</summary>
    public string? Write { get; init; }

    /// <summary>Creates the mark of a write.</summary>
    public static string NewMark() => Guid.NewGuid().ToString("n");
}
