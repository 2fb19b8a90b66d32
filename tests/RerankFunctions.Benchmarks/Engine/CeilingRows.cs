using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Benchmarks.Report;

namespace RerankFunctions.Benchmarks.Engine;

/// <summary>
/// The engine beside the best that a bare session does with all pairs tokenized and sorted beforehand, and beside simpler ways: one pair at a time, fixed
/// batches in arrival order, a padded batch a job, and transformers.js.
/// </summary>
internal static class CeilingRows
{
    /// <summary>Measures the rows.</summary>
    /// <param name="setup">What is measured.</param>
    /// <param name="withPeers">Whether to measure the simpler ways too.</param>
    public static async Task<IReadOnlyList<Row>> MeasureAsync(EngineSetup setup, bool withPeers)
    {
        var (hasCeiling, hasPeers) = (setup.Options.HasRow("ceiling"), withPeers && setup.Options.HasRow("peers"));
        if (!hasCeiling && !hasPeers)
        {
            return [];
        }

        var jobs = setup.Workload.Jobs;
        using var bare = BareSession.Load(setup.Folder, setup.Threads);
        await using var host = await EngineHost.StartAsync(setup.Folder, setup.Threads);
        await using var transformers = hasPeers ? await TransformersPeer.StartAsync(setup) : null;
        var engine = host.WayOf(FormattableString.Invariant($"engine, {setup.Threads} {(setup.Threads == 1 ? "thread" : "threads")}"), jobs);
        var ceiling = bare.CeilingOf(jobs);
        Way[] peers = hasPeers
            ? [
                bare.WayOf("one pair at a time", jobs, encoded => PairBatches.InArrivalOrder(encoded, 1)),
                bare.WayOf("batches of 8 in arrival order", jobs, encoded => PairBatches.InArrivalOrder(encoded, 8)),
                bare.WayOf("one padded batch a job", jobs, PairBatches.OneForEachJob),
                .. transformers?.Way is { } way ? [way] : Array.Empty<Way>(),
            ]
            : [];
        await Way.AlternateAsync([engine, .. ceiling, .. peers], setup.Rounds);
        var rows = new List<Row>();
        if (hasCeiling)
        {
            rows.Add(Row.OfRates("ceiling", engine, Way.Cheapest(ceiling)));
        }

        rows.AddRange(peers.Select(peer => Row.OfRates("peers", engine, peer)));
        if (transformers?.Missing is { } missing)
        {
            rows.Add(Row.Skip("peers", engine.Name, "transformers.js", missing));
        }

        return rows;
    }
}
