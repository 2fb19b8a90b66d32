using RerankFunctions.Benchmarks.Measurement;

namespace RerankFunctions.Benchmarks.Report;

/// <summary>A line of the table: what was measured, beside what, and the ratio of the two.</summary>
/// <param name="Id">Name for <c>--rows</c>.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="Against">What it is compared with.</param>
internal sealed record Row(string Id, string Measured, string Against)
{
    /// <summary>Whether a higher ratio is better: a ratio of rates, not of times.</summary>
    public bool IsRate { get; init; }

    /// <summary>Ratio by processor time; null if not measured.</summary>
    public Quartiles? CpuRatio { get; init; }

    /// <summary>Ratio by elapsed time; null if not measured.</summary>
    public Quartiles? WallRatio { get; init; }

    /// <summary>Figures of what was measured; null if skipped.</summary>
    public Figures? Ours { get; init; }

    /// <summary>Figures of what it is compared with; null if skipped.</summary>
    public Figures? Theirs { get; init; }

    /// <summary>Why the row was not measured; null if it was.</summary>
    public string? Skipped { get; init; }

    /// <summary>Compares rates of the same work, round by round: how many times as fast.</summary>
    public static Row OfRates(string id, Side measured, Side against) => Of(id, measured, against, (ours, theirs) => theirs / ours) with { IsRate = true };

    /// <summary>Compares times, round by round: how many times as long.</summary>
    public static Row OfTimes(string id, Side measured, Side against) => Of(id, measured, against, (ours, theirs) => ours / theirs);

    /// <summary>Compares elapsed seconds with the median of others, which need not be as many: how many times as long.</summary>
    public static Row OfMedians(string id, string measured, IReadOnlyList<double> ours, string against, IReadOnlyList<double> theirs) =>
        OfElapsedTimes(id, measured, ours, against, [.. Enumerable.Repeat(Quartiles.Of(theirs).Median, ours.Count)]) with
        {
            Theirs = new Figures(Cpu: null, Quartiles.Of(theirs)),
        };

    /// <summary>Compares elapsed seconds, round by round: how many times as long.</summary>
    public static Row OfElapsedTimes(string id, string measured, IReadOnlyList<double> ours, string against, IReadOnlyList<double> theirs) =>
        new(id, measured, against)
        {
            WallRatio = Quartiles.Of(ours.Zip(theirs, (one, other) => one / other)),
            Ours = new Figures(Cpu: null, Quartiles.Of(ours)),
            Theirs = new Figures(Cpu: null, Quartiles.Of(theirs)),
        };

    /// <summary>Creates a row that cannot be measured here.</summary>
    public static Row Skip(string id, string measured, string against, string reason) => new(id, measured, against) { Skipped = reason };

    private static Row Of(string id, Side measured, Side against, Func<double, double, double> ratio) => new(id, measured.Name, against.Name)
    {
        CpuRatio = Quartiles.Of(measured.Costs.Zip(against.Costs, (ours, theirs) => ratio(ours.Cpu, theirs.Cpu))),
        WallRatio = Quartiles.Of(measured.Costs.Zip(against.Costs, (ours, theirs) => ratio(ours.Wall, theirs.Wall))),
        Ours = Figures.Of(measured),
        Theirs = Figures.Of(against),
    };
}
