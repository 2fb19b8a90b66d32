using RerankFunctions.Benchmarks.Engine;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.App;

/// <summary>
/// The time from submit to answer of a job of 10 documents, by long-polling with <c>wait</c> and by polling after <c>Retry-After</c>, on an idle app and
/// while a large job is in flight, beside the bare run of the same pairs.
/// </summary>
internal sealed class LatencyRows
{
    private const int Documents = 10;
    private const int BareBudget = 512;

    private readonly EngineSetup _setup;
    private readonly JobClient _client;
    private readonly BareSession _bare;
    private readonly ScoringRequest _small;
    private readonly ScoringRequest _large;

    public LatencyRows(EngineSetup setup, JobClient client, BareSession bare)
    {
        (_setup, _client, _bare) = (setup, client, bare);
        var texts = new TextGenerator(bare.Tokenizer, seed: 6);
        _small = texts.NextJob(Documents);
        _large = texts.NextJob(setup.Options.Number("--documents", 1_000));
    }

    public async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        var rounds = _setup.Options.Number("--latency-rounds", _setup.Rounds * 2);
        var bare = _bare.WayOf("bare run of the pairs", [_small], jobs => PairBatches.Sorted(jobs, BareBudget));
        var waiting = new Way(FormattableString.Invariant($"job of {Documents} documents, ?wait=30, idle"), _ => Cost.OfAsync(() => _client.RunAsync(_small)));
        var polling = new Way(FormattableString.Invariant($"job of {Documents} documents, polled after Retry-After, idle"), _ => Cost.OfAsync(PollAsync));
        var rows = new List<Row>();
        if (!_setup.Options.HasRow("latency") && !_setup.Options.HasRow("load"))
        {
            return rows;
        }

        await Way.AlternateAsync([bare, waiting, polling], rounds);
        rows.Add(Row.OfMedians("latency", waiting.Name, Times(waiting), bare.Name, Times(bare)));
        rows.Add(Row.OfMedians("latency", polling.Name, Times(polling), bare.Name, Times(bare)));
        if (_setup.Options.HasRow("load"))
        {
            var busy = new List<double>();
            while (busy.Count < rounds)
            {
                busy.AddRange(await UnderLoadAsync());
            }

            var name = FormattableString.Invariant(
                $"job of {Documents} documents, ?wait=30, {busy.Count} times while {_large.Documents.Count} documents are in flight");
            rows.Add(Row.OfMedians("load", name, busy, bare.Name, Times(bare)));
            rows.Add(Row.OfMedians("load", name, busy, "idle", Times(waiting)));
        }

        return rows;
    }

    private static List<double> Times(Way way) => [.. way.Costs.Select(cost => cost.Wall)];

    // Small jobs, one after the other, from the submission of a large one until it has ended.
    private async Task<IReadOnlyList<double>> UnderLoadAsync()
    {
        var (location, _) = await _client.SubmitAsync(_large.Query, _large.Documents);
        var large = _client.WaitForEndAsync($"{location}?wait=30", TimeSpan.Zero);
        var seconds = new List<double>();
        do
        {
            seconds.Add((await Cost.OfAsync(() => _client.RunAsync(_small))).Wall);
        }
        while (!large.IsCompleted);

        await large;
        return seconds;
    }

    private async Task PollAsync()
    {
        var (location, retryAfter) = await _client.SubmitAsync(_small.Query, _small.Documents);
        await _client.WaitForEndAsync(location, retryAfter);
    }
}
