using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Calibration;
using RerankFunctions.Inference.Families;
using RerankFunctions.Inference.Scoring;
using RerankFunctions.Inference.Telemetry;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>The decisions of an engine without its threads: a test adds jobs and lets runs end.</summary>
internal sealed class ScoringWorld
{
    private int _keys;

    public ScoringWorld(RunCost? cost = null, ScoringOptions? options = null, EngineMetrics? metrics = null)
    {
        Cache = new ScoreCache(Options.Create(new CacheOptions()));
        Limits = new RunLimits(cost ?? new RunCost(FixedCells: 16, MaxTokens: 512, MaxRows: 64), options ?? new ScoringOptions());
        State = new ScoringState(Limits, Cache, metrics ?? Unmeasured.Engine);
    }

    public ScoreCache Cache { get; }

    public RunLimits Limits { get; }

    public ScoringState State { get; }

    public MicroBatchPairs Run { get; } = new();

    /// <summary>The time, which stands still.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Work that was done so far: cells of all runs and their fixed costs.</summary>
    public long Cells { get; private set; }

    public ScoringJob Add(int[] lengths, ScoringRequest? request = null, PairKey[]? keys = null, TokenPrefix? prefix = null)
    {
        keys ??= [.. lengths.Select(_ => new PairKey((UInt128)(++_keys)))];
        var job = new ScoringJob(
            new EncodedJobTwin(lengths, prefix), [.. Enumerable.Range(0, lengths.Length)], keys, request ?? new ScoringRequest("q", []), progress: null);
        State.Add(job);
        if (job.IsComplete)
        {
            job.Report();
        }

        return job;
    }

    /// <summary>Forms the next run.</summary>
    public bool Form() => State.TryForm(Run, Now);

    /// <summary>Forms and ends the next run.</summary>
    /// <param name="logitOf">The logit of a pair.</param>
    /// <returns>The run's pairs; null when nothing waits.</returns>
    public JobPair[]? Step(Func<JobPair, float>? logitOf = null)
    {
        if (!Form())
        {
            return null;
        }

        JobPair[] pairs = [.. Run.Pairs];
        End(logitOf);
        return pairs;
    }

    /// <summary>Ends the run that was formed.</summary>
    public void End(Func<JobPair, float>? logitOf = null)
    {
        Cells += Run.Cells + Limits.FixedCells;
        var touched = new HashSet<ScoringJob>();
        State.Settle(Run, Run.Pairs.Select(pair => logitOf?.Invoke(pair) ?? pair.Index).ToArray(), touched);
        foreach (var job in touched)
        {
            job.Report();
        }
    }
}
