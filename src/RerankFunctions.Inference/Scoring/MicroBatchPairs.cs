namespace RerankFunctions.Inference.Scoring;

/// <summary>The pairs of one run and why they run together. It is filled, run and cleared again.</summary>
internal sealed class MicroBatchPairs
{
    /// <summary>The pairs, in the order of the run's rows.</summary>
    public List<JobPair> Pairs { get; } = [];

    /// <summary>Urgency of the job that the run was formed for.</summary>
    public Urgency Urgency { get; private set; }

    /// <summary>Whether the pairs were in a run that failed and run again in a smaller one, which is not formed anew.</summary>
    public bool IsRepeated { get; private set; }

    /// <summary>Number of pairs.</summary>
    public int Count => Pairs.Count;

    /// <summary>Number of tokens of the longest pair.</summary>
    public int Longest
    {
        get
        {
            var longest = 0;
            foreach (var pair in Pairs)
            {
                longest = Math.Max(longest, pair.Length);
            }

            return longest;
        }
    }

    /// <summary>Number of cells of the run, padding included.</summary>
    public int Cells => Count * Longest;

    /// <summary>Returns whether a pair is of a job that was dropped or is past its deadline.</summary>
    public bool HasUnwanted(DateTimeOffset now) => Pairs.Exists(pair => pair.Job.IsDropped || pair.Job.IsLate(now));

    /// <summary>Begins a run for a job.</summary>
    public void Begin(Urgency urgency)
    {
        Pairs.Clear();
        (Urgency, IsRepeated) = (urgency, false);
    }

    /// <summary>Begins a run for pairs of one that failed.</summary>
    public void Repeat()
    {
        Pairs.Clear();
        IsRepeated = true;
    }
}
