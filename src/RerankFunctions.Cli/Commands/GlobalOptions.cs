using System.CommandLine;

namespace RerankFunctions.Cli.Commands;

/// <summary>Options of every command.</summary>
internal static class GlobalOptions
{
    private const int MaxRetrySeconds = 24 * 60 * 60;

    /// <summary>Address of the service.</summary>
    public static Option<string?> Url { get; } = new("--url")
    {
        Description = "Address of the service. Default: RERANK_URL, else http://localhost:7071",
        HelpName = "URL",
        Recursive = true,
    };

    /// <summary>Key of the service: a function key, a client key or the admin key, as the route asks for.</summary>
    public static Option<string?> Key { get; } = new("--key")
    {
        Description = "Key of the service; RERANK_KEY is safer, because other users can see command lines",
        HelpName = "KEY",
        Recursive = true,
    };

    /// <summary>Seconds for which calls are tried again.</summary>
    public static Option<int?> RetryFor { get; } = Ranges.Limit(
        new Option<int?>("--retry-for")
        {
            Description = "For how many seconds a call is tried again while the service is busy or does not answer. "
                + "Default: 10; 300 for file and for waiting for a batch",
            HelpName = "SECONDS",
            Recursive = true,
        },
        0,
        MaxRetrySeconds);

    /// <summary>Whether the output is JSON.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Write JSON to standard output", Recursive = true };

    /// <summary>Adds the options to the root of the commands.</summary>
    public static void AddTo(Command root)
    {
        root.Options.Add(Url);
        root.Options.Add(Key);
        root.Options.Add(RetryFor);
        root.Options.Add(Json);
    }
}
