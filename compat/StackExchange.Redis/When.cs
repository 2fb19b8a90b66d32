namespace StackExchange.Redis;

/// <summary>When a value is set.</summary>
public enum When
{
    /// <summary>In any case.</summary>
    Always,

    /// <summary>Only if the key exists.</summary>
    Exists,

    /// <summary>Only if the key does not exist.</summary>
    NotExists,
}
