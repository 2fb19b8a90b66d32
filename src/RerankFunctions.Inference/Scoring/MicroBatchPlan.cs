namespace RerankFunctions.Inference.Scoring;

/// <summary>Pairs cut into micro-batches: like lengths together, the longest first, none over the limits but a single pair that is.</summary>
internal sealed class MicroBatchPlan
{
    // A row holds keys and values of what it shares too: cheap beside computing them, until there is much more of that than of its own.
    private const long AttendedPerToken = 16;

    private readonly int[] _pairs;
    private readonly int[] _ends;

    private MicroBatchPlan(int[] pairs, int[] ends)
    {
        _pairs = pairs;
        _ends = ends;
    }

    /// <summary>Number of micro-batches.</summary>
    public int Count => _ends.Length;

    /// <summary>The pairs of a micro-batch.</summary>
    public ReadOnlySpan<int> this[int batch] => _pairs.AsSpan((batch == 0 ? 0 : _ends[batch - 1])..(_ends[batch]));

    /// <summary>Forms the micro-batches of a job.</summary>
    /// <param name="lengths">Tokens of each pair.</param>
    /// <param name="shared">Tokens before them that all pairs share.</param>
    /// <param name="maxTokens">Rows × longest at most; rows × (shared + longest) is at most 16 times as much.</param>
    /// <param name="maxRows">Rows at most.</param>
    public static MicroBatchPlan Form(ReadOnlySpan<int> lengths, int shared, int maxTokens, int maxRows)
    {
        var pairs = new int[lengths.Length];
        var keys = new int[lengths.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = i;
            keys[i] = -lengths[i];
        }

        Array.Sort(keys, pairs);
        var ends = new List<int>();
        for (var start = 0; start < pairs.Length;)
        {
            var longest = Math.Max(1, lengths[pairs[start]]);
            var rows = (int)Math.Clamp(Math.Min(maxTokens / longest, AttendedPerToken * maxTokens / ((long)shared + longest)), 1, maxRows);
            start = Math.Min(start + rows, pairs.Length);
            ends.Add(start);
        }

        return new MicroBatchPlan(pairs, [.. ends]);
    }
}
