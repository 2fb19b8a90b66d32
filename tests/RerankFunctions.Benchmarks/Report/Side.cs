using RerankFunctions.Benchmarks.Measurement;

namespace RerankFunctions.Benchmarks.Report;

/// <summary>One side of a comparison.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Costs">What it cost in each round.</param>
/// <param name="CellsPerToken">Cells of its micro-batches for each token; null if unknown.</param>
internal sealed record Side(string Name, IReadOnlyList<Cost> Costs, double? CellsPerToken = null)
{
    public static implicit operator Side(Way way) => FromWay(way);

    public static Side FromWay(Way way) => new(way.Name, way.Costs, way.CellsPerToken);
}
