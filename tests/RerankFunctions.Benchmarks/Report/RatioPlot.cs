using System.Globalization;
using System.Net;
using System.Text;
using RerankFunctions.Benchmarks.Measurement;

namespace RerankFunctions.Benchmarks.Report;

/// <summary>The ratios as SVG: a line a row on a logarithmic axis, with the median as a dot and the quartiles as a bar.</summary>
internal static class RatioPlot
{
    private const double Labels = 620;
    private const double Width = 480;
    private const double LineHeight = 26;
    private const double Top = 46;

    private static readonly double[] Ticks = [0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1_000];

    public static string Draw(IEnumerable<Row> all)
    {
        var rows = all.Where(row => row.Skipped is null).ToList();
        var ratios = rows.SelectMany(row => new[] { row.CpuRatio, row.WallRatio }).OfType<Quartiles>().ToList();
        var (low, high) = (ratios.Select(ratio => ratio.Lower).Append(0.5).Min() * 0.9, ratios.Select(ratio => ratio.Upper).Append(2).Max() * 1.1);
        double X(double ratio) => Labels + (Width * Math.Log(ratio / low) / Math.Log(high / low));
        var height = Top + (LineHeight * rows.Count) + 10;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Labels + Width + 20:F0}\" height=\"{height:F0}\" ");
        svg.Append("font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        Legend(svg);
        foreach (var tick in Ticks.Where(tick => tick >= low && tick <= high))
        {
            var color = tick == 1 ? "#444" : "#ddd";
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(tick):F1} {Top:F0}V{height - 10:F0}\" stroke=\"{color}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(tick):F1}\" y=\"{Top - 8:F0}\" text-anchor=\"middle\">{tick}</text>\n");
        }

        foreach (var (i, row) in rows.Index())
        {
            var y = Top + (LineHeight * (i + 0.5));
            var label = WebUtility.HtmlEncode($"{row.Measured} / {row.Against}, {(row.IsRate ? "rates" : "times")}");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Labels - 10:F0}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{label}</text>\n");
            Mark(svg, row.CpuRatio, X, y - 4, "#1f77b4");
            Mark(svg, row.WallRatio, X, y + 4, "#ff7f0e");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Legend(StringBuilder svg) => svg.Append(
        "<text x=\"10\" y=\"20\">Ratios: medians and quartiles. Rates: right is better. Times: left is better. "
        + "<tspan fill=\"#1f77b4\">CPU time</tspan> <tspan fill=\"#ff7f0e\">elapsed time</tspan></text>\n");

    private static void Mark(StringBuilder svg, Quartiles? ratio, Func<double, double> x, double y, string color)
    {
        if (ratio is null)
        {
            return;
        }

        var (lower, median, upper) = (x(ratio.Lower), x(ratio.Median), x(ratio.Upper));
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{lower:F1} {y:F1}H{upper:F1}\" stroke=\"{color}\" stroke-width=\"3\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{median:F1}\" cy=\"{y:F1}\" r=\"4\" fill=\"{color}\"/>\n");
    }
}
