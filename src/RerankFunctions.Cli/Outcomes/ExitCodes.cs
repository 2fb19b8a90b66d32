namespace RerankFunctions.Cli.Outcomes;

/// <summary>Exit codes of the command line; docs/cli.md lists them.</summary>
internal static class ExitCodes
{
    /// <summary>Everything is done.</summary>
    public const int Done = 0;

    /// <summary>The command ran, but jobs or lines failed.</summary>
    public const int SomeFailed = 1;

    /// <summary>The command line, a file or a setting is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The service does not answer or answers with a server error, or the local model cannot be used.</summary>
    public const int Unavailable = 3;

    /// <summary>The service refused the request.</summary>
    public const int Refused = 4;

    /// <summary>An error that the program does not expect.</summary>
    public const int Unexpected = 70;

    /// <summary>Ctrl-C or SIGTERM ended the command.</summary>
    public const int Interrupted = 130;
}
