using Spectre.Console;

namespace RerankFunctions.Cli.Display;

/// <summary>Shows the progress of work, on a terminal only.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Awaits work and shows how far it is.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="work">The work.</param>
    /// <param name="read">Returns the part that is done, from 0 to 1, and what it is in words.</param>
    public static async Task ShowAsync(Terminal terminal, Task work, Func<(double Part, string Text)> read)
    {
        if (terminal.IsErrorTerminal)
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
            await console.Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
                .StartAsync(async context =>
                {
                    var task = context.AddTask("Starting", maxValue: 1);
                    while (await Task.WhenAny(work, Task.Delay(Interval)) != work)
                    {
                        var (part, text) = read();
                        task.Value = part;
                        task.Description = text;
                    }
                });
        }

        await work;
    }
}
