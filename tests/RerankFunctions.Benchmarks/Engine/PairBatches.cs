using RerankFunctions.Inference.Families;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>Pairs of tokenized jobs in micro-batches.</summary>
internal sealed class PairBatches
{
    private readonly IReadOnlyList<EncodedPair[]> _batches;

    private PairBatches(IEnumerable<EncodedPair[]> batches)
    {
        _batches = [.. batches];
        var cells = _batches.Sum(batch => (double)batch.Length * batch.Max(pair => pair.Length));
        CellsPerToken = cells / _batches.Sum(batch => batch.Sum(pair => (long)pair.Length));
    }

    /// <summary>Rows × longest row for each token of the rows.</summary>
    public double CellsPerToken { get; }

    /// <summary>Sorts the pairs of all jobs by length, the longest first, and fills micro-batches up to a number of cells.</summary>
    public static PairBatches Sorted(IReadOnlyList<EncodedJob> jobs, int budget) => new(jobs
        .SelectMany(PairsOf)
        .GroupBy(pair => pair.Job.Prefix)
        .SelectMany(group => Fill(group.OrderByDescending(pair => pair.Length), (longest, rows) => rows * longest <= budget)));

    /// <summary>Takes pairs in the order of their arrival, a fixed number a micro-batch.</summary>
    public static PairBatches InArrivalOrder(IReadOnlyList<EncodedJob> jobs, int maxRows) =>
        new(Fill(jobs.SelectMany(PairsOf), (_, rows) => rows <= maxRows));

    /// <summary>Takes all pairs of a job as one micro-batch.</summary>
    public static PairBatches OneForEachJob(IReadOnlyList<EncodedJob> jobs) => new(jobs.Select(job => PairsOf(job).ToArray()));

    /// <summary>Runs the micro-batches in order.</summary>
    /// <param name="batch">Prepares and runs each of them.</param>
    public float[][] Run(MicroBatch batch)
    {
        var logits = new float[_batches.Count][];
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = new float[_batches[i].Length];
            batch.Prepare(_batches[i]);
            batch.Run(logits[i]);
        }

        return logits;
    }

    /// <summary>Runs the micro-batches of one job.</summary>
    /// <returns>The logits, in the order of its pairs.</returns>
    public float[] RunJob(MicroBatch batch)
    {
        var logits = Run(batch);
        return [.. _batches.SelectMany((pairs, i) => pairs.Zip(logits[i])).OrderBy(scored => scored.First.Index).Select(scored => scored.Second)];
    }

    private static IEnumerable<EncodedPair> PairsOf(EncodedJob job) => Enumerable.Range(0, job.Count).Select(index => new EncodedPair(job, index));

    private static IEnumerable<EncodedPair[]> Fill(IEnumerable<EncodedPair> pairs, Func<long, int, bool> fits)
    {
        var batch = new List<EncodedPair>();
        var longest = 0;
        foreach (var pair in pairs)
        {
            if (batch.Count > 0 && !(pair.CanShareRunWith(batch[0]) && fits(Math.Max(longest, pair.Length), batch.Count + 1)))
            {
                yield return [.. batch];
                batch.Clear();
                longest = 0;
            }

            batch.Add(pair);
            longest = Math.Max(longest, pair.Length);
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }
}
