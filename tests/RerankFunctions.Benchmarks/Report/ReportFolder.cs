using System.Text.Json;
using RerankFunctions.Benchmarks.Measurement;

namespace RerankFunctions.Benchmarks.Report;

/// <summary>The output folder, <c>--out</c>: each run of a benchmark leaves its table as JSON, Markdown and SVG.</summary>
internal sealed class ReportFolder
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly string[] Parts = ["engine", "fairness", "cli", "app"];

    private readonly string _path;

    private ReportFolder(string path) => _path = path;

    /// <summary>Opens the folder that the command line names, and creates it if it is missing.</summary>
    public static ReportFolder Open(BenchmarkOptions options)
    {
        var path = Path.GetFullPath(options.Text("--out") ?? Path.Combine(Repository.Root, "BenchmarkResults"));
        Directory.CreateDirectory(path);
        return new ReportFolder(path);
    }

    /// <summary>Joins the tables of earlier runs to one and prints it.</summary>
    public static int Join(string[] args)
    {
        var folder = Open(new BenchmarkOptions(args));
        var parts = Parts.Select(part => Path.Combine(folder._path, $"{part}.json"))
            .Where(File.Exists)
            .Select(file => JsonSerializer.Deserialize<ReportDocument>(File.ReadAllBytes(file), Json)!)
            .ToList();
        folder.Write("report", ReportDocument.Create([.. parts.SelectMany(part => part.Setups)], [.. parts.SelectMany(part => part.Rows)]));
        return 0;
    }

    /// <summary>Writes a table and prints it.</summary>
    /// <param name="name">Name of the files.</param>
    /// <param name="setup">What was measured with.</param>
    /// <param name="rows">The table.</param>
    public void Write(string name, string setup, IReadOnlyList<Row> rows) => Write(name, ReportDocument.Create([$"{name}: {setup}"], rows));

    private void Write(string name, ReportDocument report)
    {
        var table = MarkdownTable.Format(report);
        File.WriteAllText(Path.Combine(_path, $"{name}.json"), JsonSerializer.Serialize(report, Json));
        File.WriteAllText(Path.Combine(_path, $"{name}.md"), table);
        File.WriteAllText(Path.Combine(_path, $"{name}.svg"), RatioPlot.Draw(report.Rows));
        Console.Write(table);
        Console.WriteLine(FormattableString.Invariant($"\nJSON, Markdown and SVG: {Path.Combine(_path, name)}.*"));
    }
}
