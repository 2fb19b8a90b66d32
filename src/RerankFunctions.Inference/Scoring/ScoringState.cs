using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// What an engine knows: the jobs, their waiting pairs and the pairs of runs that failed. It decides what runs next and what follows from a run. It has no
/// threads and no clock; the engine's lock guards it.
/// </summary>
/// <param name="limits">The limits of a run.</param>
/// <param name="cache">Receives every score.</param>
/// <param name="metrics">Receives what runs scored.</param>
internal sealed class ScoringState(RunLimits limits, ScoreCache cache, EngineMetrics metrics)
{
    private readonly WaitingSet _waiting = new();
    private readonly FailedRuns _failed = new();

    private PairsInFlight InFlight => field ??= new PairsInFlight(_waiting.UrgencyOf);

    private MicroBatchFormer Former => field ??= new MicroBatchFormer(_waiting, limits);

    /// <summary>Returns the work of a class that waits.</summary>
    public WaitingWork CountWaiting(WorkClass workClass) => _waiting.Of(workClass).CountWaiting();

    /// <summary>Adds a job. Pairs whose score became known since the job was encoded do not run; the job may be complete at once.</summary>
    public void Add(ScoringJob job)
    {
        _waiting.Add(job);
        for (var index = 0; index < job.Keys.Length; index++)
        {
            if (!cache.TryGet(job.Keys[index], out var score))
            {
                InFlight.Add(new JobPair(job, index));
                continue;
            }

            job.Take(index);
            job.Settle(index, score.Logit, isShared: true);
            metrics.PairsKnown(cache: 1, sharedCache: 0);
        }

        if (job.IsComplete)
        {
            _waiting.Remove(job);
        }
    }

    /// <summary>Drops a job that is not wanted any more. Its pairs in a run are scored for those that follow them.</summary>
    public void Drop(ScoringJob job)
    {
        if (job.IsDropped || job.IsComplete)
        {
            return;
        }

        job.IsDropped = true;
        _waiting.Remove(job);
        InFlight.Remove(job);
    }

    /// <summary>Forms the next run.</summary>
    /// <param name="run">Receives the pairs.</param>
    /// <param name="now">Jobs past their deadline do not run.</param>
    /// <returns>False when nothing may run.</returns>
    public bool TryForm(MicroBatchPairs run, DateTimeOffset now)
    {
        while (_failed.TryNext(run))
        {
            run.Pairs.RemoveAll(pair =>
            {
                var isUnwanted = pair.Job.IsDropped || pair.Job.IsLate(now);
                if (isUnwanted)
                {
                    InFlight.PutBack(pair);
                }

                return isUnwanted;
            });
            if (run.Count > 0)
            {
                return true;
            }
        }

        if (!Former.TryForm(run, now))
        {
            return false;
        }

        foreach (var pair in run.Pairs)
        {
            InFlight.SetRunning(pair);
        }

        return true;
    }

    /// <summary>
    /// Returns whether a run that was formed should be formed anew: it has room, a pair is not wanted any more, or another job is more urgent.
    /// </summary>
    public bool IsOutdated(MicroBatchPairs run, DateTimeOffset now) =>
        run.HasUnwanted(now)
        || (!run.IsRepeated
            && (run.Count < limits.RowsAt(run.Longest, run.Pairs[0].Job.Encoded.Prefix.Length)
                || (_waiting.Lead(now, limits.MaxTokens) is { } lead && _waiting.UrgencyOf(lead).CompareTo(run.Urgency) < 0)));

    /// <summary>Lets the pairs of a run that did not start wait again.</summary>
    public void PutBack(MicroBatchPairs run)
    {
        if (run.IsRepeated)
        {
            _failed.Repeat(run.Pairs);
            return;
        }

        foreach (var pair in run.Pairs)
        {
            InFlight.PutBack(pair);
        }
    }

    /// <summary>Gives the logits of a run to their jobs. Pairs without a finite logit run again alone, and then fail their jobs.</summary>
    /// <param name="run">The run.</param>
    /// <param name="logits">One logit per pair.</param>
    /// <param name="touched">Receives the jobs that changed.</param>
    public void Settle(MicroBatchPairs run, ReadOnlySpan<float> logits, ISet<ScoringJob> touched)
    {
        Span<long> tokens = [0, 0];
        var (settled, followers) = (0, 0);
        for (var i = 0; i < run.Count; i++)
        {
            var pair = run.Pairs[i];
            tokens[(int)pair.Job.WorkClass] += pair.Length;
            if (float.IsFinite(logits[i]))
            {
                settled++;
                followers += Settle(pair, logits[i], touched);
            }
            else if (run.Count > 1)
            {
                _failed.Repeat([pair]);
            }
            else
            {
                Fail(pair, static index => new ScoringException($"The model gave no finite score for document {index}.") { IsNotFinite = true });
            }
        }

        _waiting.Advance(tokens[(int)WorkClass.Interactive], tokens[(int)WorkClass.Bulk], _waiting.Of(WorkClass.Bulk).HasWaiting);
        metrics.BatchScored(new ScoredBatch(run.Count, settled, followers, tokens[0] + tokens[1], run.Cells, limits.MaxTokens));
        limits.Count();
    }

    /// <summary>Decides about the pairs of a run that failed: they run again in smaller runs until the pair at fault is alone. Then its job fails.</summary>
    /// <param name="run">The run.</param>
    /// <param name="exception">Why it failed.</param>
    public void Fail(MicroBatchPairs run, Exception exception)
    {
        var isMemory = exception is OutOfMemoryException;
        if (isMemory && run.Count > 1)
        {
            // A pair that has not enough memory alone says nothing about the runs of others.
            limits.Lower(run.Cells);
            metrics.BackedOff();
        }

        if (run.Count == 1)
        {
            Fail(run.Pairs[0], _ => exception);
        }
        else if (isMemory && !run.IsRepeated)
        {
            PutBack(run);
        }
        else
        {
            _failed.Split(run);
        }
    }

    /// <summary>Fails all jobs because no run of the session succeeds any more.</summary>
    /// <param name="run">The run of a single pair that showed it.</param>
    /// <param name="failure">Why that run failed.</param>
    public void Break(MicroBatchPairs run, Exception failure)
    {
        // The pair that broke the session was in the run that failed first. What is left of that run has not run again.
        var suspects = _failed.Pairs.Concat(run.Pairs)
            .SelectMany(pair => InFlight.Remove(pair).Prepend(pair))
            .Select(static pair => pair.Job)
            .ToHashSet();
        FailAll(job => new BrokenSessionException(failure, suspects.Contains(job)));
    }

    /// <summary>Fails all jobs.</summary>
    public void FailAll(Func<ScoringJob, Exception> createException)
    {
        foreach (var job in _waiting.All.ToArray())
        {
            Drop(job);
            job.Fail(createException(job));
        }
    }

    /// <returns>How many pairs followed.</returns>
    private int Settle(JobPair pair, float logit, ISet<ScoringJob> touched)
    {
        var followers = 0;
        Give(pair, logit, isShared: false, touched);
        cache.Set(pair.Job.Keys[pair.Index], pair.Job.ScoreOf(pair.Index));
        foreach (var follower in InFlight.Remove(pair))
        {
            Give(follower, logit, isShared: true, touched);
            followers++;
        }

        return followers;
    }

    private void Give(JobPair pair, float logit, bool isShared, ISet<ScoringJob> touched)
    {
        pair.Job.Settle(pair.Index, logit, isShared);
        if (pair.Job.IsDropped)
        {
            return;
        }

        touched.Add(pair.Job);
        if (pair.Job.IsComplete)
        {
            _waiting.Remove(pair.Job);
        }
    }

    private void Fail(JobPair pair, Func<int, Exception> createException)
    {
        foreach (var failed in InFlight.Remove(pair).Prepend(pair).ToArray())
        {
            if (!failed.Job.IsDropped)
            {
                Drop(failed.Job);
                failed.Job.Fail(createException(failed.Job.Documents[failed.Index]));
            }
        }
    }
}
