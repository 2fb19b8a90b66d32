using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.Fairness;

/// <summary>Large jobs that arrive at once, with and without small jobs beside them.</summary>
internal sealed class BulkLoad
{
    private const int SmallDocuments = 5;

    private readonly EngineHost _host;
    private readonly BareSession _bare;
    private readonly Arrivals _arrivals;
    private readonly List<ScoringRequest> _bulk;
    private readonly long _bulkTokens;
    private readonly string _name;
    private readonly TimeSpan _gap;
    private readonly List<double[]> _idle = [];
    private readonly List<double[]> _busy = [];
    private readonly List<Cost> _with = [];
    private readonly List<Cost> _without = [];

    public BulkLoad(EngineHost host, BareSession bare, TextGenerator texts, int jobs, int documents, TimeSpan gap)
    {
        (_host, _bare, _gap) = (host, bare, gap);
        _arrivals = new Arrivals(host, () => texts.NextJob(SmallDocuments), gap, new Random(5));
        _bulk = [.. Enumerable.Range(0, jobs).Select(_ => texts.NextJob(documents))];
        _bulkTokens = bare.TokensOf(_bulk);
        _name = FormattableString.Invariant($"{jobs} jobs of {documents} in flight");
    }

    /// <summary>Measures, alternately: small jobs alone, the bulk with small jobs, the bulk alone.</summary>
    /// <param name="rounds">Number of rounds.</param>
    /// <param name="idleJobs">Number of small jobs alone in a round.</param>
    public async Task MeasureAsync(int rounds, int idleJobs)
    {
        await _arrivals.AloneAsync(1);
        for (var round = 0; round < rounds; round++)
        {
            _idle.Add(Times(await _arrivals.AloneAsync(idleJobs)));
            IReadOnlyList<SmallJob> small = [];
            var cost = await Cost.OfAsync(async () => small = await _arrivals.DuringAsync(_host.ScoreAllAsync(_bulk)));
            _busy.Add(Times(small));

            // The rate of all tokens: small jobs bear their share of the cost.
            var tokens = _bulkTokens + _bare.TokensOf([.. small.Select(job => job.Job)]);
            _with.Add(cost.Times((double)_bulkTokens / tokens));
            _without.Add(await Cost.OfAsync(() => _host.ScoreAllAsync(_bulk)));
        }
    }

    /// <summary>Returns the rows of the table.</summary>
    public IEnumerable<Row> Rows()
    {
        var arrivals = _busy.Sum(times => times.Length);
        yield return SmallRow(FormattableString.Invariant($"{SmallDocuments} documents, median of {arrivals} arrivals, {_name}"), 0.5);
        yield return SmallRow(FormattableString.Invariant($"{SmallDocuments} documents, 95 % of {arrivals} arrivals, {_name}"), 0.95);
        yield return Row.OfRates(
            "bulk",
            new Side(FormattableString.Invariant($"tokens a second, {_name}, a small job {_gap.TotalMilliseconds:F0} ms after the one before"), _with),
            new Side("without small jobs", _without));
    }

    private static double[] Times(IEnumerable<SmallJob> jobs) => [.. jobs.Select(job => job.Seconds).Order()];

    private Row SmallRow(string name, double part)
    {
        var busy = _busy.ConvertAll(times => Quartiles.At(times, part));
        var idle = _idle.ConvertAll(times => Quartiles.At(times, part));
        return Row.OfElapsedTimes("fairness", name, busy, "idle", idle);
    }
}
