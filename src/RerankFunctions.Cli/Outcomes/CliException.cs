namespace RerankFunctions.Cli.Outcomes;

/// <summary>The end of a command with an error.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">One sentence for the user: what is wrong, then what is allowed.</param>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    /// <summary>Exit code of the process.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Creates the error of a wrong command line, file or setting.</summary>
    public static CliException Usage(string message) => new(ExitCodes.Usage, message);
}
