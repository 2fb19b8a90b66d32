using System.Globalization;
using System.Text;
using RerankFunctions.Benchmarks.Measurement;

namespace RerankFunctions.Benchmarks.Report;

/// <summary>The table as Markdown: ratios as median and quartiles of the rounds, figures as medians of both sides.</summary>
internal static class MarkdownTable
{
    private const string None = "–";

    public static string Format(ReportDocument report)
    {
        var text = new StringBuilder();
        foreach (var setup in report.Setups)
        {
            text.AppendLine(setup);
        }

        text.Append(CultureInfo.InvariantCulture, $"{report.Machine}\n\n");
        text.AppendLine("| row | measured | against | ratio of | CPU time | elapsed time | CPU s | elapsed s | cells/token |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in report.Rows)
        {
            var ratios = row.Skipped is { } reason
                ? $"skipped: {reason} | | | |"
                : $"{(row.IsRate ? "rates" : "times")} | {Ratio(row.CpuRatio)} | {Ratio(row.WallRatio)} | {Sides(row, figures => figures.Cpu?.Median)} "
                    + $"| {Sides(row, figures => figures.Wall.Median)} | {Sides(row, figures => figures.CellsPerToken)}";
            text.Append(CultureInfo.InvariantCulture, $"| {row.Id} | {row.Measured} | {row.Against} | {ratios} |\n");
        }

        return text.ToString();
    }

    private static string Ratio(Quartiles? ratio) => ratio is null ? None : $"{Number(ratio.Median)} ({Number(ratio.Lower)}–{Number(ratio.Upper)})";

    private static string Sides(Row row, Func<Figures, double?> figure) => $"{Number(figure(row.Ours!))} / {Number(figure(row.Theirs!))}";

    private static string Number(double? value) => value switch
    {
        null => None,
        >= 100 => value.Value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("F1", CultureInfo.InvariantCulture),
        >= 0.1 => value.Value.ToString("F2", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("F4", CultureInfo.InvariantCulture),
    };
}
