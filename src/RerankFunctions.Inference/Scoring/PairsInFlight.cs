using System.Runtime.InteropServices;
using RerankFunctions.Inference.Caching;

namespace RerankFunctions.Inference.Scoring;

/// <summary>The pairs that wait or run, by key. Of equal pairs one is scored, and the others follow it.</summary>
/// <param name="urgencyOf">Returns a job's place in the order of work.</param>
internal sealed class PairsInFlight(Func<ScoringJob, Urgency> urgencyOf)
{
    private readonly Dictionary<PairKey, Entry> _entries = [];

    /// <summary>Adds a waiting pair. If it is in flight already, it stops waiting in one of the two jobs: the less urgent one.</summary>
    public void Add(JobPair pair)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, pair.Job.Keys[pair.Index], out var isKnown);
        if (!isKnown)
        {
            entry = new Entry { Leader = pair };
            return;
        }

        var follower = pair;
        if (!entry!.IsRunning && urgencyOf(pair.Job).CompareTo(urgencyOf(entry.Leader.Job)) < 0)
        {
            (entry.Leader, follower) = (pair, entry.Leader);
        }

        follower.Job.Take(follower.Index);
        entry.Followers.Add(follower);
    }

    /// <summary>Notes that a pair is in a run.</summary>
    public void SetRunning(JobPair pair) => _entries[pair.Job.Keys[pair.Index]].IsRunning = true;

    /// <summary>Removes a pair that is done or whose run failed.</summary>
    /// <returns>The pairs that followed it and still want its outcome.</returns>
    public IEnumerable<JobPair> Remove(JobPair pair) =>
        _entries.Remove(pair.Job.Keys[pair.Index], out var entry) ? entry.Followers.Where(follower => !follower.Job.IsDropped) : [];

    /// <summary>
    /// Removes the pairs of a job that is not wanted any more. Where it was scored for others, one of them waits instead; a pair in a run stays until
    /// its end.
    /// </summary>
    public void Remove(ScoringJob job)
    {
        for (var index = 0; index < job.Keys.Length; index++)
        {
            if (_entries.TryGetValue(job.Keys[index], out var entry) && entry.Leader == new JobPair(job, index) && !entry.IsRunning)
            {
                Promote(entry);
            }
        }
    }

    /// <summary>
    /// Lets a pair wait again whose run did not start: of it and those that followed it meanwhile, the one of the most urgent job that is still wanted.
    /// </summary>
    public void PutBack(JobPair pair)
    {
        var entry = _entries[pair.Job.Keys[pair.Index]];
        entry.Followers.Add(pair);
        Promote(entry);
    }

    private void Promote(Entry entry)
    {
        entry.IsRunning = false;
        entry.Followers.RemoveAll(follower => follower.Job.IsDropped);
        if (entry.Followers.Count == 0)
        {
            _entries.Remove(entry.Leader.Job.Keys[entry.Leader.Index]);
            return;
        }

        entry.Leader = entry.Followers.MinBy(follower => urgencyOf(follower.Job));
        entry.Followers.Remove(entry.Leader);
        entry.Leader.Job.PutBack(entry.Leader.Index);
    }

    private sealed class Entry
    {
        private List<JobPair>? _followers;

        public JobPair Leader { get; set; }

        public bool IsRunning { get; set; }

        public List<JobPair> Followers => _followers ??= [];
    }
}
