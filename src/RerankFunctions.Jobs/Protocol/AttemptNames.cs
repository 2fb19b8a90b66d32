namespace RerankFunctions.Jobs.Protocol;

/// <summary>Names the attempts of this process. A stored state names the attempt that holds the work.</summary>
public sealed class AttemptNames
{
    // Containers share process numbers, and may share names of machines.
    private readonly string _process = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():n}-";

    /// <summary>Creates the name of an attempt.</summary>
    public string Create() => $"{_process}{Guid.NewGuid():n}";

    /// <summary>Whether an attempt runs, or ran, in this process.</summary>
    /// <param name="owner">Name of the attempt; null for none.</param>
    public bool IsOwn(string? owner) => owner is not null && owner.StartsWith(_process, StringComparison.Ordinal);
}
