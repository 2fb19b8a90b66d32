using Microsoft.Extensions.Options;
using RerankFunctions.Jobs;

namespace RerankFunctions.Tests.Jobs.Twin;

/// <summary>One process of the app: its services, and its own way to the shared storage.</summary>
internal sealed class Instance
{
    public Instance(Schedule schedule, Account account, List<string> log)
    {
        Link = new StorageLink(schedule);
        Reranker = new ScriptedReranker(schedule);
        var options = Options.Create(new JobsOptions());
        var messages = new LinkedMessages(account, Link);
        var store = new JobStore(new LinkedBlobs(account, Link), new RecordingLogger<JobStore>(log));
        var intake = new JobIntake(store, messages, options, schedule.Time, new RecordingLogger<JobIntake>(log));
        Reader = new JobReader(store, schedule.Time);
        Submission = new JobSubmission(store, messages, Reader, options, schedule.Time, new RecordingLogger<JobSubmission>(log));
        Processor = new JobProcessor(intake, store, Reranker, options, schedule.Time, new RecordingLogger<JobProcessor>(log));
        Poisoned = new PoisonedJobs(intake, messages, new RecordingLogger<PoisonedJobs>(log));
        Health = new StorageHealth(store, messages, schedule.Time);
    }

    public StorageLink Link { get; }

    public ScriptedReranker Reranker { get; }

    public JobReader Reader { get; }

    public JobSubmission Submission { get; }

    public JobProcessor Processor { get; }

    public PoisonedJobs Poisoned { get; }

    public StorageHealth Health { get; }
}
