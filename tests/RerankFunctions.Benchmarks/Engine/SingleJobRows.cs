using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>One job on an idle engine beside the bare run of the same pairs, and the first job after the load beside the tenth.</summary>
internal static class SingleJobRows
{
    private const int Tenth = 10;
    private const int RunsARound = 5;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(EngineSetup setup)
    {
        var rows = new List<Row>();
        var job = setup.Workload.Jobs[0];
        if (setup.Options.HasRow("single"))
        {
            using var bare = BareSession.Load(setup.Folder, setup.Threads);
            await using var host = await EngineHost.StartAsync(setup.Folder, setup.Threads);
            var engine = host.WayOf(FormattableString.Invariant($"one job of {job.Documents.Count} documents"), [job]);
            var ceiling = bare.CeilingOf([job]);
            await Way.AlternateAsync([engine, .. ceiling], setup.Rounds * RunsARound);
            rows.Add(Row.OfTimes("single", engine, Way.Cheapest(ceiling)));
        }

        if (setup.Options.HasRow("first"))
        {
            List<Cost> first = [], tenth = [];
            for (var round = 0; round < setup.Rounds; round++)
            {
                await using var host = await EngineHost.StartAsync(setup.Folder, setup.Threads);
                for (var run = 1; run <= Tenth; run++)
                {
                    var cost = await Cost.OfAsync(() => host.ScoreAsync(job));
                    (run == 1 ? first : run == Tenth ? tenth : []).Add(cost);
                }
            }

            rows.Add(Row.OfTimes("first", new Side("first job after load", first), new Side("tenth job", tenth)));
        }

        return rows;
    }
}
