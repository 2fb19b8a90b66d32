using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Calibration;

namespace RerankFunctions.Inference.Scoring;

/// <summary>The limits of a run. They halve when memory runs out, and grow back while runs succeed.</summary>
/// <param name="cost">What runs cost on this device.</param>
/// <param name="options">Limits that the settings set; 0 for those of <paramref name="cost"/>.</param>
internal sealed class RunLimits(RunCost cost, ScoringOptions options)
{
    // A row also attends to the shared prefix: cheap beside computing its own tokens, until the prefix is much longer.
    private const long AttendedTokensPerToken = 16;

    // After so many runs without a failure, a lowered limit grows by a quarter.
    private const int RunsUntilGrowth = 32;

    private readonly int _fullTokens = FullTokens(cost, options);
    private int _runs;

    /// <summary>Maximum of rows × longest, except for a single pair.</summary>
    public int MaxTokens { get; private set; } = FullTokens(cost, options);

    /// <summary>Maximum number of rows.</summary>
    public int MaxRows { get; } = options.MaxBatchRows > 0 ? options.MaxBatchRows : cost.MaxRows;

    /// <summary>The fixed cost of a run, as the number of cells that cost as much.</summary>
    public int FixedCells { get; } = cost.FixedCells;

    /// <summary>Whether memory ran out and the limit has not grown back yet.</summary>
    public bool IsLowered => MaxTokens < _fullTokens;

    /// <summary>Returns how many rows of a length fit into a run, at least 1.</summary>
    /// <param name="longest">Number of tokens of the longest row.</param>
    /// <param name="prefix">Number of tokens of the prefix that the rows share.</param>
    public int RowsAt(int longest, int prefix)
    {
        var rows = Math.Min(MaxTokens / Math.Max(1, longest), AttendedTokensPerToken * MaxTokens / Math.Max(1, (long)prefix + longest));
        return (int)Math.Clamp(rows, 1, MaxRows);
    }

    /// <summary>Halves the limit after a run that had not enough memory.</summary>
    /// <param name="cells">Rows × longest of that run.</param>
    public void Lower(int cells)
    {
        MaxTokens = Math.Max(1, Math.Min(MaxTokens, cells) / 2);
        _runs = 0;
    }

    /// <summary>Counts a run that succeeded.</summary>
    public void Count()
    {
        if (IsLowered && ++_runs >= RunsUntilGrowth)
        {
            MaxTokens = Math.Min(_fullTokens, MaxTokens + Math.Max(1, MaxTokens / 4));
            _runs = 0;
        }
    }

    private static int FullTokens(RunCost cost, ScoringOptions options) => options.MaxBatchTokens > 0 ? options.MaxBatchTokens : cost.MaxTokens;
}
