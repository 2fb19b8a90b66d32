using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs;
using RerankFunctions.Jobs.Reading;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Submission;
using RerankFunctions.Storage;
using RerankFunctions.Tests.Jobs.Fakes;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs.Storage;

/// <summary>Storage that accepts connections and does not answer is unavailable storage for every caller.</summary>
public sealed class StalledStorageTests
{
    // Longer than the client's first try, which ends after 5 s: then the client collects its failures in an exception of its own.
    private const string SubmitTimeout = "00:00:07";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public static TheoryData<bool> Servers => new(true, false);

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Every_call_of_a_client_ends_with_the_same_exception(bool sendsBytes)
    {
        using var server = sendsBytes ? StalledServer.Dribbling() : StalledServer.Silent();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IReranker>(new FakeReranker(new Schedule(0)))
            .AddJobs(new ConfigurationBuilder()
                .AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["AzureWebJobsStorage"] = server.ConnectionString,
                    ["Rerank:SubmitTimeout"] = SubmitTimeout,
                })
                .Build())
            .BuildServiceProvider();
        var submission = services.GetRequiredService<JobSubmission>();
        var reader = services.GetRequiredService<JobReader>();
        var health = services.GetRequiredService<StorageHealth>();
        var id = JobId.Create(TimeProvider.System);

        await Task.WhenAll(
            AssertUnavailableAsync(submission.SubmitAsync(World.Request, null, null, default)),
            AssertUnavailableAsync(submission.SubmitAsync(World.Request, "key", null, default)),
            AssertUnavailableAsync(reader.ReadAsync(id, TimeSpan.Zero, default)),
            AssertUnavailableAsync(reader.ReadAsync(id, TimeSpan.FromSeconds(30), default)),
            AssertUnavailableAsync(health.CheckAsync(default)));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_caller_who_leaves_is_not_an_outage(bool sendsBytes)
    {
        using var server = sendsBytes ? StalledServer.Dribbling() : StalledServer.Silent();
        using var leaves = new CancellationTokenSource(TimeSpan.FromSeconds(6));
        var clients = new StorageClients(
            new StorageAccount(Options.Create(new StorageOptions { ConnectionString = server.ConnectionString })),
            Options.Create(new JobsOptions()));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new AzureBlobStore(clients, TimeProvider.System).ReadAsync("a", null, leaves.Token).WaitAsync(Deadline));
    }

    private static Task<StorageUnavailableException> AssertUnavailableAsync(Task call) =>
        Assert.ThrowsAsync<StorageUnavailableException>(() => call.WaitAsync(Deadline));
}
