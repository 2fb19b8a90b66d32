using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Jobs.Processing;

/// <summary>The pairs of a job that have their scores, from earlier attempts and from this one.</summary>
/// <param name="total">Number of pairs.</param>
internal sealed class ScoredPairs(int total) : IProgress<IReadOnlyList<PairScore>>
{
    private readonly Lock _lock = new();
    private readonly bool[] _isKnown = new bool[total];
    private readonly List<PairScore> _scores = new(total);
    private int _taken;

    /// <summary>Number of pairs.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _scores.Count;
            }
        }
    }

    /// <summary>Adds scores; those of a pair that has its score already change nothing.</summary>
    public void Report(IReadOnlyList<PairScore> value)
    {
        lock (_lock)
        {
            foreach (var score in value)
            {
                if (!_isKnown[score.Document])
                {
                    _isKnown[score.Document] = true;
                    _scores.Add(score);
                }
            }
        }
    }

    /// <summary>Adds scores of earlier attempts, which are stored already. Those of pairs that the job does not have are left out.</summary>
    /// <returns>All scores so far.</returns>
    public IReadOnlyList<PairScore> Restore(IEnumerable<PairScore> stored)
    {
        Report([.. stored.Where(score => score.Document >= 0 && score.Document < total && score.Tokens >= 0 && float.IsFinite(score.Logit))]);
        return TakeNew();
    }

    /// <summary>Returns the scores that have come since the last call.</summary>
    public IReadOnlyList<PairScore> TakeNew()
    {
        lock (_lock)
        {
            var scores = _scores[_taken..];
            _taken = _scores.Count;
            return scores;
        }
    }
}
