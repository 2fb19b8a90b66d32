using System.Runtime.InteropServices;

namespace RerankFunctions.Benchmarks.Report;

/// <summary>What a run of the benchmarks gave.</summary>
/// <param name="Date">When it ended.</param>
/// <param name="Machine">Cores and operating system.</param>
/// <param name="Setups">What was measured with, a line a run.</param>
/// <param name="Rows">The table.</param>
internal sealed record ReportDocument(DateTimeOffset Date, string Machine, IReadOnlyList<string> Setups, IReadOnlyList<Row> Rows)
{
    /// <summary>Creates a report of this machine.</summary>
    public static ReportDocument Create(IReadOnlyList<string> setups, IReadOnlyList<Row> rows) => new(
        TimeProvider.System.GetUtcNow(),
        FormattableString.Invariant($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}"),
        setups,
        rows);
}
