using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>What most tests of the protocol need: one account, a front instance, a worker, and a request.</summary>
internal sealed class World
{
    public const string Secret = ProtocolSimulation.Secret;

    private World(Schedule schedule)
    {
        Schedule = schedule;
        Account = new FakeAccount(schedule.Time);
        Front = Start();
        Worker = Start();
    }

    public Schedule Schedule { get; }

    public FakeAccount Account { get; }

    public List<LogLine> Log { get; } = [];

    public Instance Front { get; }

    public Instance Worker { get; }

    public static RerankRequest Request { get; } = new()
    {
        Model = "demo",
        Query = $"{Secret} query",
        Documents = [$"{Secret}", $"{Secret} longest", $"{Secret} two"],
        Metadata = new Dictionary<string, string> { ["order"] = "7" },
    };

    public static void Run(Func<World, Task> test) => Schedule.Run(seed: 1, schedule => test(new World(schedule)));

    public Instance Start(JobsOptions? settings = null, JobMetrics? metrics = null) => new(Schedule, Account, Log, settings, metrics);

    public Task<JobStatus> SubmitAsync(RerankRequest? request = null, string? key = null) =>
        Front.Submission.SubmitAsync(request ?? Request, key, null, CancellationToken.None);

    public static string Message(JobId id) => new JobMessage(id, null).ToJson();

    public Task ProcessAsync(JobId id, Instance? worker = null, CancellationToken cancellationToken = default) =>
        (worker ?? Worker).Processor.ProcessAsync(QueueKind.Interactive, Message(id), cancellationToken);

    public async Task<JobStatus> ReadAsync(JobId id)
    {
        var status = await Front.Reader.ReadAsync(id, TimeSpan.Zero, CancellationToken.None);
        Assert.NotNull(status);
        return status;
    }

    /// <summary>The call fails as storage that is down makes it fail.</summary>
    public static Task AssertUnavailableAsync(Func<Task> call) => Assert.ThrowsAsync<StorageUnavailableException>(call);
}
