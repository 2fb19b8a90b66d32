using System.Buffers;

namespace RerankFunctions.Inference.Scoring;

/// <summary>The cheapest partition of pairs into runs, by the measured cost of a run: a fixed part and one for every cell, padding included.</summary>
internal static class RunPartition
{
    /// <summary>Returns how many pairs the first run of the cheapest partition takes.</summary>
    /// <param name="lengths">Numbers of tokens, the longest first; at least one.</param>
    /// <param name="prefix">Number of tokens of the prefix that the pairs share.</param>
    /// <param name="limits">The fixed part of a run's cost, and the limits of a run.</param>
    public static int FirstRun(ReadOnlySpan<int> lengths, int prefix, RunLimits limits)
    {
        var costs = ArrayPool<long>.Shared.Rent(lengths.Length + 1);
        var rows = 1;
        costs[lengths.Length] = 0;
        for (var first = lengths.Length - 1; first >= 0; first--)
        {
            var best = long.MaxValue;
            var most = Math.Min(limits.RowsAt(lengths[first], prefix), lengths.Length - first);
            for (var count = 1; count <= most; count++)
            {
                var cost = limits.FixedCells + ((long)count * lengths[first]) + costs[first + count];
                if (cost <= best)
                {
                    (best, rows) = (cost, count);
                }
            }

            costs[first] = best;
        }

        ArrayPool<long>.Shared.Return(costs);
        return rows;
    }
}
