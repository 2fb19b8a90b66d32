using Microsoft.Extensions.Options;
using RerankFunctions.Jobs.Callbacks;
using RerankFunctions.Jobs.Cancellation;
using RerankFunctions.Jobs.Listing;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Steps;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;
using RerankFunctions.Jobs.Sweeping;
using RerankFunctions.Jobs.Telemetry;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>One process of the app: its services and its connection to the shared storage.</summary>
internal sealed class Instance
{
    public Instance(
        Schedule schedule,
        FakeAccount account,
        List<LogLine> log,
        JobsOptions? settings = null,
        JobMetrics? metrics = null,
        TimeSpan skew = default,
        Plant? plant = null)
    {
        plant ??= Plant.None;
        TimeProvider time = skew == TimeSpan.Zero ? schedule.Time : new SkewedTime(schedule.Time, skew);
        metrics ??= Unmeasured.Jobs;
        var options = Options.Create(settings ?? new JobsOptions());
        Connection = new FakeConnection(schedule);
        Reranker = new FakeReranker(schedule);
        Drain = new Drain(time);
        IBlobStore blobs = new FakeBlobStore(account, Connection);
        blobs = plant.Blobs?.Invoke(blobs, time) ?? blobs;
        var messages = new FakeJobMessages(account, Connection);
        var clock = new StorageClock(time);
        var store = new JobStore(blobs, clock, new RecordingLogger<JobStore>(log));
        var callbackStore = new CallbackStore(blobs, clock, new RecordingLogger<CallbackStore>(log));
        var statusReader = new JobStatusReader(store, callbackStore, options, time);
        var names = new AttemptNames();
        var watches = new JobWatches(statusReader, names, options, time);
        IJobProtocol protocol = new JobProtocol(options);
        protocol = plant.Protocol?.Invoke(protocol) ?? protocol;
        var steps = new JobSteps(
            protocol, store, messages, watches, metrics, clock, time, new RecordingLogger<JobSteps>(log));
        var intake = new JobIntake(store, messages, metrics, new RecordingLogger<JobIntake>(log));
        var attempts = new JobAttempts(
            steps, store, new CheckpointStore(blobs, new RecordingLogger<CheckpointStore>(log)), Reranker, Drain, options, clock, time,
            new RecordingLogger<JobAttempts>(log));
        Reader = new JobReader(statusReader, watches, Drain, time);
        Submission = new JobSubmission(store, messages, Reader, metrics, options, clock, time, new RecordingLogger<JobSubmission>(log));
        var readiness = new ScoringReadiness(Reranker, Drain, options, time);
        var budget = new JobBudget(options, time);
        Processor = new JobProcessor(
            intake, steps, attempts, names, readiness, budget, Drain, metrics, options, new RecordingLogger<JobProcessor>(log));
        Cancellation = new JobCancellation(store, steps, options, time);
        Sweeper = plant.SweeperBlobs is { } wrap
            ? CreateSweeper(wrap(blobs, time), new StorageClock(time))
            : CreateSweeper(blobs, clock);
        Retention = new JobRetention(blobs, store, options, time, new RecordingLogger<JobRetention>(log));
        Lister = new JobLister(blobs, options, time);
        Poisoned = new PoisonedJobs(intake, steps);
        Callbacks = new CallbackProcessor(
            intake,
            store,
            callbackStore,
            new FakeCallbackSender(account.Receivers, Connection),
            messages,
            metrics,
            Options.Create(new CallbackOptions()),
            options,
            clock,
            time,
            new RecordingLogger<CallbackProcessor>(log));
        PoisonSweeper = new PoisonSweeper(
            new FakePoisonQueues(account, Connection, schedule.Random), [Poisoned, Callbacks], new RecordingLogger<PoisonSweeper>(log));
        Health = new StorageHealth(blobs, messages, time);

        JobSweeper CreateSweeper(IBlobStore seen, StorageClock seenClock)
        {
            var seenStore = new JobStore(seen, seenClock, new RecordingLogger<JobStore>(log));
            var seenSteps = new JobSteps(protocol, seenStore, messages, watches, metrics, seenClock, time, new RecordingLogger<JobSteps>(log));
            return new JobSweeper(seenStore, messages, seenSteps, metrics, options, seenClock, time, new RecordingLogger<JobSweeper>(log));
        }
    }

    public FakeConnection Connection { get; }

    public FakeReranker Reranker { get; }

    public Drain Drain { get; }

    public JobReader Reader { get; }

    public JobSubmission Submission { get; }

    public JobProcessor Processor { get; }

    public PoisonedJobs Poisoned { get; }

    public CallbackProcessor Callbacks { get; }

    public JobCancellation Cancellation { get; }

    public JobSweeper Sweeper { get; }

    public PoisonSweeper PoisonSweeper { get; }

    public JobRetention Retention { get; }

    public JobLister Lister { get; }

    public StorageHealth Health { get; }
}
