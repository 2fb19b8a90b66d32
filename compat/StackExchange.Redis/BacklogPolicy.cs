namespace StackExchange.Redis;

/// <summary>What happens to commands while there is no connection.</summary>
public sealed class BacklogPolicy
{
    /// <summary>They fail at once. Here the only policy.</summary>
    public static BacklogPolicy FailFast { get; } = new();
}
