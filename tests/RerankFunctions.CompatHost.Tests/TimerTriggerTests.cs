using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class TimerTriggerTests(Azurite azurite)
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 30, TimeSpan.Zero);

    [Fact]
    public async Task A_timer_fires_on_its_schedule()
    {
        var time = await FreshAsync();
        await using var app = await StartAsync(time);

        var first = await TickAsync(app, time);
        var second = await TickAsync(app, time);

        Assert.Equal([At(5), At(10)], [first.ScheduleStatus!.Next, second.ScheduleStatus!.Next]);
        Assert.Equal([default, At(5)], [first.ScheduleStatus.Last, second.ScheduleStatus.Last]);
        Assert.False(first.IsPastDue);
    }

    [Fact]
    public async Task A_run_missed_while_no_instance_was_up_is_made_up_for_as_past_due()
    {
        var time = await FreshAsync();
        await using (var app = await StartAsync(time))
        {
            await TickAsync(app, time);
            await NextRunAsync(time);
        }

        time.Advance(TimeSpan.FromHours(1));
        await using var later = await StartAsync(time);

        Assert.True((await later.Recorder.NextAsync<TimerInfo>()).IsPastDue);
    }

    [Fact]
    public async Task Of_two_instances_one_fires_and_the_other_takes_over()
    {
        var time = await FreshAsync();
        var first = await StartAsync(time);
        await TickAsync(first, time);
        await using var second = await StartAsync(time);
        await TickAsync(first, time);
        await TickAsync(first, time);
        Assert.True(second.Recorder.IsEmpty);

        await first.DisposeAsync();

        await Deadline.UntilAsync(() => time.StepUntil(TimeSpan.FromSeconds(20), () => !second.Recorder.IsEmpty));
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_read_stops_the_start()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestApp.StartAsync(azurite, new() { ["AzureWebJobs.Tick.Disabled"] = "false", ["Schedule"] = "every day" }));
        Assert.Equal("Function Tick: \"every day\" is not a six-field NCRONTAB expression.", exception.Message);
    }

    private BlobClient Status => new BlobServiceClient(azurite.ConnectionString)
        .GetBlobContainerClient("azure-webjobs-hosts")
        .GetBlobClient($"timers/{typeof(TestApp).Assembly.GetName().Name}/Tick/status");

    private static DateTime At(int minute) => new(2030, 1, 1, 12, minute, 0, DateTimeKind.Utc);

    private async Task<ManualTime> FreshAsync()
    {
        await Status.GetParentBlobContainerClient().CreateIfNotExistsAsync();
        await Status.DeleteIfExistsAsync();
        return new ManualTime(Start);
    }

    private Task<TestApp> StartAsync(ManualTime time) => TestApp.StartAsync(
        azurite,
        new() { ["AzureWebJobs.Tick.Disabled"] = "false", ["Schedule"] = "0 */5 * * * *" },
        builder => builder.Services.AddSingleton<TimeProvider>(time));

    /// <summary>Moves the clock to the next run, and waits for it.</summary>
    private async Task<TimerInfo> TickAsync(TestApp app, ManualTime time)
    {
        time.Advance(await NextRunAsync(time) - time.GetUtcNow());
        return await app.Recorder.NextAsync<TimerInfo>();
    }

    /// <summary>Waits until the instance that holds the lease has said when it will run next.</summary>
    private async Task<DateTimeOffset> NextRunAsync(ManualTime time)
    {
        ScheduleStatus? status = null;
        await Deadline.UntilAsync(async () =>
        {
            if (!await Status.ExistsAsync())
            {
                return false;
            }

            var content = (await Status.DownloadContentAsync()).Value.Content.ToMemory();
            status = content.IsEmpty ? null : JsonSerializer.Deserialize<ScheduleStatus>(content.Span);
            return status?.Next > time.GetUtcNow();
        });
        return status!.Next;
    }
}
