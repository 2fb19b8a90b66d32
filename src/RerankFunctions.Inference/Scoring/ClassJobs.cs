using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// The jobs of one work class. The smallest job comes first, so that none waits for a larger one; of equal ones, the oldest. A job that smaller ones were
/// preferred to for <see cref="Patience"/> times as long as it would take on a shared device comes before all of them.
/// </summary>
internal sealed class ClassJobs
{
    /// <summary>How many times its time on a shared device a job waits for smaller ones.</summary>
    public const double Patience = 2;

    private readonly List<ScoringJob> _jobs = [];
    private readonly FairClock _clock = new();

    /// <summary>The jobs, in no order.</summary>
    public IReadOnlyList<ScoringJob> Jobs => _jobs;

    /// <summary>Whether a job has a waiting pair.</summary>
    public bool HasWaiting => _jobs.Exists(static job => job.Waiting > 0);

    /// <summary>Returns the work that waits.</summary>
    public WaitingWork CountWaiting() => new(_jobs.Sum(static job => (long)job.Waiting), _jobs.Sum(static job => job.WaitingTokens));

    /// <summary>Adds a job.</summary>
    public void Add(ScoringJob job)
    {
        job.Share = _clock.Enter(job.Tokens, job.Weight);
        job.LateFrom = _clock.Now + (Patience * (job.Share.End - _clock.Now));
        _jobs.Add(job);
    }

    /// <summary>Removes a job that is done or not wanted any more.</summary>
    public void Remove(ScoringJob job)
    {
        if (_jobs.Remove(job))
        {
            _clock.Leave(job.Share);
        }
    }

    /// <summary>Shares work among the jobs.</summary>
    /// <param name="tokens">Tokens of the class that ran.</param>
    public void Advance(long tokens) => _clock.Advance(tokens);

    /// <summary>Returns the job that comes first; null when none has a pair that may run.</summary>
    public ScoringJob? First(DateTimeOffset now)
    {
        ScoringJob? first = null;
        Urgency least = default;
        foreach (var job in _jobs)
        {
            if (job.CanRun(now) && UrgencyOf(job) is var urgency && (first is null || urgency.CompareTo(least) < 0))
            {
                (first, least) = (job, urgency);
            }
        }

        return first;
    }

    /// <summary>Returns a job's place among the jobs of its class.</summary>
    public Urgency UrgencyOf(ScoringJob job) =>
        new(job.WorkClass, _clock.Now >= job.LateFrom ? job.LateFrom : double.PositiveInfinity, job.Tokens / job.Weight, job.Share.Order);
}
