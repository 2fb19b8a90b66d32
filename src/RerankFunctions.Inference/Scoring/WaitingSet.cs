using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// All waiting pairs of all jobs. Interactive work comes first; while it does not end, bulk work gets one token in <see cref="BulkShare"/>.
/// </summary>
internal sealed class WaitingSet
{
    /// <summary>Bulk work that waits beside interactive work gets at least one token of so many.</summary>
    public const int BulkShare = 16;

    private readonly ClassJobs _interactive = new();
    private readonly ClassJobs _bulk = new();

    // Interactive tokens that ran while bulk work waited, less those that bulk work has been given for them.
    private long _owed;

    /// <summary>All jobs that are not done.</summary>
    public IEnumerable<ScoringJob> All => _interactive.Jobs.Concat(_bulk.Jobs);

    /// <summary>Adds a job whose pairs wait.</summary>
    public void Add(ScoringJob job) => Of(job.WorkClass).Add(job);

    /// <summary>Removes a job and all its waiting pairs.</summary>
    public void Remove(ScoringJob job) => Of(job.WorkClass).Remove(job);

    /// <summary>Returns the jobs of a class.</summary>
    public ClassJobs Of(WorkClass workClass) => workClass == WorkClass.Interactive ? _interactive : _bulk;

    /// <summary>Returns the job that the next run is for; null when nothing may run.</summary>
    /// <param name="now">Jobs past their deadline do not run.</param>
    /// <param name="runTokens">Maximum tokens of a run: bulk work runs as soon as it is owed that much.</param>
    public ScoringJob? Lead(DateTimeOffset now, int runTokens)
    {
        var interactive = _interactive.First(now);
        var isOwed = interactive is null || _owed >= (BulkShare - 1L) * runTokens;
        return isOwed && _bulk.First(now) is { } bulk ? bulk : interactive;
    }

    /// <summary>Returns a job's place in the order of work.</summary>
    public Urgency UrgencyOf(ScoringJob job) => Of(job.WorkClass).UrgencyOf(job);

    /// <summary>Shares the work of a run among the jobs.</summary>
    /// <param name="interactiveTokens">Its tokens of interactive jobs.</param>
    /// <param name="bulkTokens">Its tokens of bulk jobs.</param>
    /// <param name="bulkWaits">Whether bulk work is left.</param>
    public void Advance(long interactiveTokens, long bulkTokens, bool bulkWaits)
    {
        _interactive.Advance(interactiveTokens);
        _bulk.Advance(bulkTokens);
        _owed = bulkWaits ? Math.Max(0, _owed + interactiveTokens - ((BulkShare - 1L) * bulkTokens)) : 0;
    }
}
