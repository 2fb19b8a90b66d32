using RerankFunctions.Benchmarks.Measurement;

namespace RerankFunctions.Benchmarks.Report;

/// <summary>Figures of one side of a row.</summary>
/// <param name="Cpu">Seconds of processor time; null if not measured.</param>
/// <param name="Wall">Seconds of elapsed time.</param>
/// <param name="CellsPerToken">Cells of its micro-batches for each token; null if unknown.</param>
internal sealed record Figures(Quartiles? Cpu, Quartiles Wall, double? CellsPerToken = null)
{
    /// <summary>Summarizes rounds.</summary>
    public static Figures Of(Side side) =>
        new(Quartiles.Of(side.Costs.Select(cost => cost.Cpu)), Quartiles.Of(side.Costs.Select(cost => cost.Wall)), side.CellsPerToken);
}
