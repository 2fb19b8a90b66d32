using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Batches.Cutting;
using RerankFunctions.Batches.Finishing;
using RerankFunctions.Batches.Processing;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Batches.Reading;
using RerankFunctions.Batches.Records;
using RerankFunctions.Batches.Scoring;
using RerankFunctions.Batches.Settings;
using RerankFunctions.Batches.Starting;
using RerankFunctions.Batches.Steps;
using RerankFunctions.Batches.Sweeping;
using RerankFunctions.Batches.Telemetry;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Sweeping;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Batches.Fakes;

/// <summary>One process of the app: its services of batches and its connection to the shared storage.</summary>
internal sealed class BatchInstance
{
    public BatchInstance(
        Schedule schedule,
        FakeAccount account,
        FakeFiles files,
        List<LogLine> log,
        BatchOptions? batchOptions = null,
        JobsOptions? jobsOptions = null,
        BatchMetrics? metrics = null)
    {
        TimeProvider time = schedule.Time;
        var options = Options.Create(batchOptions ?? new BatchOptions());
        var jobs = Options.Create(jobsOptions ?? new JobsOptions());
        var limits = Options.Create(new RequestLimits());
        Connection = new FakeConnection(schedule);
        Reranker = new FakeReranker(schedule);
        Drain = new Drain(time);
        var blobs = new FakeBlobStore(account, Connection);
        var batchFiles = new FakeBatchFiles(files, Connection);
        var messages = new FakeJobMessages(account, Connection);
        var clock = new StorageClock(time);
        metrics ??= Unmeasured.Batches;
        Store = new BatchStore(blobs, clock, Log<BatchStore>());
        Chunks = new ChunkStore(blobs);
        var protocol = new BatchProtocol(jobs, options);
        Steps = new BatchSteps(protocol, Store, messages, metrics, clock, time, Log<BatchSteps>());
        Advance = new BatchAdvance(Steps, Store, Chunks, new OutputWriter(batchFiles), options);
        var intake = new BatchIntake(Store, messages, Log<BatchIntake>());
        var names = new AttemptNames();
        var cutter = new BatchCutter(Steps, names, Chunks, batchFiles, Drain, options, limits, jobs, time, Log<BatchCutter>());
        Batches = new BatchProcessor(
            intake, Steps, cutter, new OutputClaims(blobs, Store, batchFiles, Steps), Advance, batchFiles, Log<BatchProcessor>());
        var reader = new BatchLineReader(new RerankRequestReader(limits.Value, new ServedModels(new ServedModel("demo", [])), CallbackRule.Disabled));
        var attempts = new ChunkAttempts(
            Steps, new ChunkText(batchFiles, Chunks), batchFiles, Reranker, reader, Drain, metrics, limits, jobs, time, Log<ChunkAttempts>());
        ChunkProcessor = new ChunkProcessor(
            intake, Steps, attempts, names, Chunks, Advance, new ScoringReadiness(Reranker, Drain, jobs, time), new JobBudget(jobs, time), messages, Drain,
            jobs);
        var poisoned = new PoisonedBatches(intake, Steps, Advance);
        Start = new BatchStart(Store, batchFiles, messages, new ServedModels(new ServedModel("demo", [])), metrics, options, clock, time, Log<BatchStart>());
        Drops = new DropStart(Start, options, Log<DropStart>());
        PoisonSweeper = new PoisonSweeper(new FakePoisonQueues(account, Connection, schedule.Random), [Drops, poisoned], Log<PoisonSweeper>());
        Reader = new BatchReader(Store, Steps, jobs, time);
        Sweeper = new BatchSweeper(Store, messages, Steps, Advance, jobs, Log<BatchSweeper>());
        DropSweeper = new DropSweeper(batchFiles, blobs, Start, options, Log<DropSweeper>());
        Retention = new BatchRetention(blobs, Store, jobs, time, Log<BatchRetention>());

        ILogger<T> Log<T>() => new RecordingLogger<T>(log);
    }

    public FakeConnection Connection { get; }

    public FakeReranker Reranker { get; }

    public Drain Drain { get; }

    public BatchStore Store { get; }

    public ChunkStore Chunks { get; }

    public BatchSteps Steps { get; }

    public BatchAdvance Advance { get; }

    public BatchProcessor Batches { get; }

    public ChunkProcessor ChunkProcessor { get; }

    public PoisonSweeper PoisonSweeper { get; }

    public BatchStart Start { get; }

    public DropStart Drops { get; }

    public BatchReader Reader { get; }

    public BatchSweeper Sweeper { get; }

    public DropSweeper DropSweeper { get; }

    public BatchRetention Retention { get; }
}
