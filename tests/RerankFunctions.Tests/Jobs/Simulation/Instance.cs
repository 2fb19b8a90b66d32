using Microsoft.Extensions.Options;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;
using RerankFunctions.Jobs.Telemetry;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>One process of the app: its services and its connection to the shared storage.</summary>
internal sealed class Instance
{
    public Instance(Schedule schedule, FakeAccount account, List<LogLine> log, JobsOptions? settings = null, JobMetrics? metrics = null)
    {
        var time = schedule.Time;
        metrics ??= Unmeasured.Jobs;
        var options = Options.Create(settings ?? new JobsOptions());
        Connection = new FakeConnection(schedule);
        Reranker = new FakeReranker(schedule);
        Drain = new Drain(time);
        var blobs = new FakeBlobStore(account, Connection);
        var messages = new FakeJobMessages(account, Connection);
        var clock = new StorageClock(time);
        var store = new JobStore(blobs, clock, new RecordingLogger<JobStore>(log));
        var statusReader = new JobStatusReader(store, options, time);
        var watches = new JobWatches(statusReader, options, time);
        var intake = new JobIntake(store, messages, watches, metrics, options, clock, time, new RecordingLogger<JobIntake>(log));
        Reader = new JobReader(statusReader, watches, Drain, time);
        Submission = new JobSubmission(store, messages, Reader, metrics, options, time, new RecordingLogger<JobSubmission>(log));
        Processor = new JobProcessor(
            intake, store, Reranker, new JobBudget(options, time), watches, Drain, metrics, options, clock, time, new RecordingLogger<JobProcessor>(log));
        Poisoned = new PoisonedJobs(intake, messages, new RecordingLogger<PoisonedJobs>(log));
        Health = new StorageHealth(blobs, messages, time);
    }

    public FakeConnection Connection { get; }

    public FakeReranker Reranker { get; }

    public Drain Drain { get; }

    public JobReader Reader { get; }

    public JobSubmission Submission { get; }

    public JobProcessor Processor { get; }

    public PoisonedJobs Poisoned { get; }

    public StorageHealth Health { get; }
}
