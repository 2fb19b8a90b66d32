namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// The clock of a device that shares its tokens among all jobs at hand by their weights (generalized processor sharing, Parekh and Gallager 1993). It says
/// how late a job is that others were preferred to.
/// </summary>
internal sealed class FairClock
{
    private readonly SortedSet<FairShare> _open = new(Comparer<FairShare>.Create(
        static (left, right) => left.End != right.End ? left.End.CompareTo(right.End) : left.Order.CompareTo(right.Order)));

    private double _weight;
    private long _entered;

    /// <summary>Tokens that a job of weight 1 has received that was there all the time.</summary>
    public double Now { get; private set; }

    /// <summary>Adds a job.</summary>
    /// <param name="tokens">Its work.</param>
    /// <param name="weight">Its share beside a job of weight 1; positive.</param>
    public FairShare Enter(long tokens, double weight)
    {
        var share = new FairShare(Now + (tokens / weight), weight, _entered++);
        _open.Add(share);
        _weight += weight;
        return share;
    }

    /// <summary>Removes a job that gets no more work. A job that has its whole share by now is gone already.</summary>
    public void Leave(FairShare share)
    {
        if (_open.Remove(share))
        {
            _weight -= share.Weight;
        }
    }

    /// <summary>Shares work among the jobs.</summary>
    /// <param name="tokens">Work that the device did.</param>
    public void Advance(long tokens)
    {
        double left = tokens;
        while (_open.Count > 0)
        {
            var first = _open.Min;
            var needed = (first.End - Now) * _weight;
            if (needed > left)
            {
                Now += left / _weight;
                return;
            }

            left -= needed;
            Now = first.End;
            Leave(first);
        }

        // Without jobs there is no weight; the rest of the sums is rounding.
        _weight = 0;
    }
}

/// <summary>A job's share of the device.</summary>
/// <param name="End">When the clock ends the job.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Order">Number of the job in the order of arrival.</param>
internal readonly record struct FairShare(double End, double Weight, long Order);
