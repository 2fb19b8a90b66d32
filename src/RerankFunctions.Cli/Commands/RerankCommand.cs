using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using RerankFunctions.Cli.Display;
using RerankFunctions.Cli.Outcomes;

namespace RerankFunctions.Cli.Commands;

/// <summary>The commands of <c>rerank</c>.</summary>
internal static class RerankCommand
{
    /// <summary>Runs a command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="terminal">The surroundings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the command in order.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, TimeProvider time, CancellationToken cancellationToken)
    {
        var values = CreateRoot(values => new Invocation(terminal, time, values)).Parse(args);
        if (values.Action is ParseErrorAction)
        {
            var error = values.UnmatchedTokens is [var unknown, ..] ? $"\"{unknown}\" is unknown" : values.Errors[0].Message.TrimEnd('.');
            return Fail(terminal, CliException.Usage($"{error}. See rerank --help."));
        }

        try
        {
            return await values.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Output,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (CliException exception)
        {
            return Fail(terminal, exception);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail(terminal, new CliException(ExitCodes.Interrupted, "Interrupted."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Fail(terminal, CliException.Usage(exception.Message));
        }
#pragma warning disable CA1031 // Whatever happens, the user gets a sentence instead of a stack trace.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Fail(terminal, new CliException(ExitCodes.Unexpected, $"Unexpected error: {exception.GetType().Name}: {exception.Message}"));
        }
    }

    private static int Fail(Terminal terminal, CliException failure)
    {
        terminal.Error.WriteLine(SafeText.Line($"rerank: {failure.Message}", 1_000));
        return failure.ExitCode;
    }

    // Not a RootCommand, which has the name of the assembly instead of the tool's.
    private static Command CreateRoot(Func<ParseResult, Invocation> invocationOf)
    {
        var root = new Command(
            "rerank",
            """
            Scores documents against queries with reranker models: through a RerankFunctions service, or in this process.

            Exit codes: 0 done; 1 jobs failed; 2 wrong command line, file or setting; 3 service or model cannot be used; 4 refused by the service;
            70 unexpected error; 130 interrupted.
            """)
        {
            new HelpOption(),
            new VersionOption(),
        };
        GlobalOptions.AddTo(root);
        root.Subcommands.Add(QueryCommand.Create(invocationOf));
        root.Subcommands.Add(FileCommand.Create(invocationOf));
        root.Subcommands.Add(BatchCommand.Create(invocationOf));
        root.Subcommands.Add(ModelsCommand.Create(invocationOf));
        return root;
    }
}
