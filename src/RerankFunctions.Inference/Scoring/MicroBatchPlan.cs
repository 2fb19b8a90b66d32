namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// The micro-batches of a job: pairs of like lengths together, the longest first, all within the limits except a single pair that exceeds them.
/// </summary>
internal sealed class MicroBatchPlan
{
    // A row also attends to the shared prefix: cheap beside computing its own tokens, until the prefix is much longer.
    private const long AttendedTokensPerToken = 16;

    private readonly int[] _pairs;
    private readonly int[] _ends;

    private MicroBatchPlan(int[] pairs, int[] ends)
    {
        _pairs = pairs;
        _ends = ends;
    }

    /// <summary>Number of micro-batches.</summary>
    public int Count => _ends.Length;

    /// <summary>Gets the pairs of a micro-batch.</summary>
    public ReadOnlySpan<int> this[int batch] => _pairs.AsSpan((batch == 0 ? 0 : _ends[batch - 1])..(_ends[batch]));

    /// <summary>Forms the micro-batches of a job.</summary>
    /// <param name="lengths">Number of tokens of each pair, without the shared prefix.</param>
    /// <param name="shared">Number of tokens of the shared prefix.</param>
    /// <param name="maxTokens">Maximum of rows × longest. The maximum of rows × (shared + longest) is 16 times as much.</param>
    /// <param name="maxRows">Maximum number of rows.</param>
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
            var rows = (int)Math.Clamp(Math.Min(maxTokens / longest, AttendedTokensPerToken * maxTokens / ((long)shared + longest)), 1, maxRows);
            start = Math.Min(start + rows, pairs.Length);
            ends.Add(start);
        }

        return new MicroBatchPlan(pairs, [.. ends]);
    }
}
