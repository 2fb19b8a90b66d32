using System.Runtime.InteropServices;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// Forms micro-batches. A run is for one job, its lead, and begins with the longest pair of it. Pairs of jobs that are not much larger join as the cheapest
/// partition says; pairs of other jobs join only while the run is so small that its fixed cost exceeds that of its cells.
/// </summary>
/// <param name="waiting">The waiting pairs.</param>
/// <param name="limits">The limits of a run.</param>
internal sealed class MicroBatchFormer(WaitingSet waiting, RunLimits limits)
{
    // A job with so many times the lead's work does not make the lead's runs longer.
    private const long LikeSize = 4;

    // The partition looks at the pairs of about two runs: those further away hardly change the first.
    private const int MaxLookAhead = 512;

    private readonly PriorityQueue<ScoringJob, (int NegativeLength, Urgency Urgency)> _heads = new();
    private readonly List<JobPair> _candidates = [];
    private readonly List<int> _lengths = [];

    /// <summary>Forms the next run and takes its pairs out of the waiting set.</summary>
    /// <param name="run">Receives the pairs.</param>
    /// <param name="now">Jobs past their deadline do not run.</param>
    /// <returns>False when nothing may run.</returns>
    public bool TryForm(MicroBatchPairs run, DateTimeOffset now)
    {
        if (waiting.Lead(now, limits.MaxTokens) is not { } lead)
        {
            return false;
        }

        run.Begin(waiting.UrgencyOf(lead));
        var prefix = lead.Encoded.Prefix.Length;
        var longest = lead.At(lead.Waiting - 1).Length;
        var most = limits.RowsAt(longest, prefix);
        Gather(waiting.Of(lead.WorkClass), lead, longest, Math.Min(2 * most, MaxLookAhead), now, LikeSize * lead.Tokens);
        Take(run, RunPartition.FirstRun(CollectionsMarshal.AsSpan(_lengths), prefix, limits));

        var room = Math.Min(most, limits.FixedCells / longest) - run.Count;
        foreach (var workClass in (ReadOnlySpan<WorkClass>)[WorkClass.Interactive, WorkClass.Bulk])
        {
            if (room > 0)
            {
                Gather(waiting.Of(workClass), lead, longest, room, now, long.MaxValue);
                room -= _candidates.Count;
                Take(run, _candidates.Count);
            }
        }

        return true;
    }

    /// <summary>Gathers waiting pairs that may join a run, the longest first.</summary>
    private void Gather(ClassJobs jobs, ScoringJob lead, int longest, int count, DateTimeOffset now, long maxTokens)
    {
        _heads.Clear();
        _candidates.Clear();
        _lengths.Clear();
        foreach (var job in jobs.Jobs)
        {
            if (job.CanRun(now) && job.Tokens <= maxTokens && job.Encoded.Prefix.Equals(lead.Encoded.Prefix))
            {
                job.Cursor = job == lead ? job.Waiting : job.CountUpTo(longest);
                Offer(job);
            }
        }

        while (_candidates.Count < count && _heads.TryDequeue(out var job, out _))
        {
            var pair = job.At(--job.Cursor);
            _candidates.Add(pair);
            _lengths.Add(pair.Length);
            Offer(job);
        }
    }

    private void Offer(ScoringJob job)
    {
        if (job.Cursor > 0)
        {
            _heads.Enqueue(job, (-job.At(job.Cursor - 1).Length, waiting.UrgencyOf(job)));
        }
    }

    private void Take(MicroBatchPairs run, int count)
    {
        foreach (var pair in CollectionsMarshal.AsSpan(_candidates)[..count])
        {
            pair.Job.Take(pair.Index);
            run.Pairs.Add(pair);
        }
    }
}
