namespace RerankFunctions.Benchmarks.Measurement;

/// <summary>One way to do a piece of work, with what it cost in each round.</summary>
/// <param name="name">Name in the report.</param>
/// <param name="run">Does the work of a round and measures it. Round 0 is the warm-up.</param>
internal sealed class Way(string name, Func<int, Task<Cost>> run)
{
    private readonly List<Cost> _costs = [];

    public string Name => name;

    /// <summary>The costs of the measured rounds.</summary>
    public IReadOnlyList<Cost> Costs => _costs;

    /// <summary>Cells of all micro-batches (rows × longest row) for each token in them; null if unknown.</summary>
    public double? CellsPerToken { get; set; }

    /// <summary>Runs ways in turn, one warm-up round and then the measured ones. Every second round goes backwards, so that drift hits all alike.</summary>
    public static async Task AlternateAsync(IReadOnlyList<Way> ways, int rounds)
    {
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var way in round % 2 == 0 ? ways : ways.Reverse())
            {
                await way.RunAsync(round);
            }
        }
    }

    /// <summary>Returns the way with the least median processor time.</summary>
    public static Way Cheapest(IEnumerable<Way> ways) => ways.MinBy(way => Quartiles.Of(way.Costs.Select(cost => cost.Cpu)).Median)!;

    /// <summary>Runs a round; the cost of round 0 does not count.</summary>
    public async Task RunAsync(int round)
    {
        var cost = await run(round);
        if (round > 0)
        {
            _costs.Add(cost);
        }
    }
}
