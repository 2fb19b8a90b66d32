using RerankFunctions.Cli.Outcomes;
using Spectre.Console;

namespace RerankFunctions.Cli.Display;

/// <summary>Writes rows: a table on a terminal, tab-separated lines elsewhere.</summary>
internal static class TableWriter
{
    /// <summary>Writes rows. Texts lose their control characters.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="columns">Names of the columns, for the table.</param>
    /// <param name="rows">The rows.</param>
    public static void Write(Terminal terminal, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (!terminal.IsOutputTerminal)
        {
            foreach (var row in rows)
            {
                terminal.Output.WriteLine(string.Join('\t', row.Select(cell => SafeText.Line(cell, int.MaxValue))));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(SafeText.Line(cell, int.MaxValue))));
        }

        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Output) }).Write(table);
    }
}
