using System.Text;
using RerankFunctions.Cli.Commands;
using RerankFunctions.Cli.Display;

namespace RerankFunctions.Tests.Cli;

/// <summary>A command that ran in this process.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    /// <summary>The model of commands with <c>--local</c>.</summary>
    public static string DemoModel { get; } = Path.Combine(AppContext.BaseDirectory, "models", "demo");

    /// <summary>Options that run the demo model in this process.</summary>
    public static string[] Local { get; } = ["--local", "--model-path", DemoModel];

    /// <summary>Runs a command without a terminal.</summary>
    public static Task<CliRun> RunAsync(params string[] args) => RunAsync(new CliSurroundings(), args);

    /// <summary>Runs a command.</summary>
    public static async Task<CliRun> RunAsync(CliSurroundings surroundings, params string[] args)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(surroundings.Input));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(input, output, error, surroundings.IsTerminal, surroundings.IsTerminal, surroundings.Environment);
        var exitCode = await RerankCommand.RunAsync(args, terminal, surroundings.Time, surroundings.CancellationToken);
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }
}

/// <summary>The surroundings of a command.</summary>
internal sealed record CliSurroundings
{
    public string Input { get; init; } = "";

    public bool IsTerminal { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Dictionary<string, string> Environment { get; init; } = [];

    public CancellationToken CancellationToken { get; init; }
}
