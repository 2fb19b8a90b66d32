using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;
using RerankFunctions.Benchmarks.Workloads;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>Jobs with pairs that repeat, with and without kept scores; and the same jobs twice at once.</summary>
internal static class RepeatedPairRows
{
    private const int Clients = 4;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(EngineSetup setup)
    {
        var rows = new List<Row>();
        await using var plain = await EngineHost.StartAsync(setup.Folder, setup.Threads);
        if (setup.Options.HasRow("cache"))
        {
            var texts = new TextGenerator(BareSession.ContextOf(setup.Folder, 1).Tokenizer, seed: 2);
            // New texts in each round: no score is kept from the round before.
            var rounds = Enumerable.Range(0, setup.Rounds + 1).Select(round => SkewedWorkload.Create(texts, setup.Workload.Jobs.Count * 2, round)).ToList();
            await using var keeping = await EngineHost.StartAsync(setup.Folder, setup.Threads, keepsScores: true);
            var with = WayOf("with cache", keeping, rounds);
            var without = WayOf("without", plain, rounds);
            await Way.AlternateAsync([with, without], setup.Rounds);
            var repeated = SkewedWorkload.RepeatedShare(rounds[1]);
            rows.Add(Row.OfRates("cache", with, without) with
            {
                Measured = FormattableString.Invariant(
                    $"{rounds[1].Count} jobs by Zipf's law, {repeated:P0} of the pairs repeat, {Clients} clients, with cache"),
            });
        }

        if (setup.Options.HasRow("twice"))
        {
            var jobs = setup.Workload.Jobs;
            var twice = plain.WayOf("all jobs twice at once", [.. jobs, .. jobs]);
            var once = plain.WayOf("once", jobs);
            await Way.AlternateAsync([twice, once], setup.Rounds);
            rows.Add(Row.OfTimes("twice", twice, once));
        }

        return rows;
    }

    private static Way WayOf(string name, EngineHost host, List<IReadOnlyList<ScoringRequest>> rounds) =>
        new(name, round => Cost.OfAsync(() => host.ScoreByClientsAsync(rounds[round], Clients)));
}
