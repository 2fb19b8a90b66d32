namespace RerankFunctions.Inference.Scoring;

/// <summary>The pairs of runs that failed. They run again, in smaller runs, before all others.</summary>
internal sealed class FailedRuns
{
    private readonly Queue<JobPair[]> _runs = [];

    /// <summary>The pairs that have not run again yet.</summary>
    public IEnumerable<JobPair> Pairs => _runs.SelectMany(static pairs => pairs);

    /// <summary>Lets pairs run again together.</summary>
    public void Repeat(IEnumerable<JobPair> pairs) => _runs.Enqueue([.. pairs]);

    /// <summary>Lets both halves of a run run again.</summary>
    /// <param name="run">A run of at least two pairs.</param>
    public void Split(MicroBatchPairs run)
    {
        var middle = run.Count / 2;
        Repeat(run.Pairs.Take(middle));
        Repeat(run.Pairs.Skip(middle));
    }

    /// <summary>Fills the next run.</summary>
    /// <param name="run">Receives its pairs.</param>
    /// <returns>False when there is none.</returns>
    public bool TryNext(MicroBatchPairs run)
    {
        if (!_runs.TryDequeue(out var pairs))
        {
            return false;
        }

        run.Repeat();
        run.Pairs.AddRange(pairs);
        return true;
    }
}
