namespace StackExchange.Redis;

/// <summary>How a command is sent.</summary>
[Flags]
public enum CommandFlags
{
    /// <summary>The caller waits for the answer.</summary>
    None = 0,

    /// <summary>The caller gets the default value at once, and the answer is dropped.</summary>
    FireAndForget = 2,
}
