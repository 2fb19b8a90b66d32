using Azure.Storage.Blobs;
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
        Assert.Equal(new DateTime(2030, 1, 1, 12, 5, 0, DateTimeKind.Utc), first.ScheduleStatus!.Next);
        Assert.InRange(time.GetUtcNow().UtcDateTime, first.ScheduleStatus.Next, first.ScheduleStatus.Next.AddMinutes(1));
        Assert.False(first.IsPastDue);

        var second = await TickAsync(app, time);
        Assert.Equal(new DateTime(2030, 1, 1, 12, 10, 0, DateTimeKind.Utc), second.ScheduleStatus!.Next);
        Assert.InRange(second.ScheduleStatus.Last, first.ScheduleStatus.Next, first.ScheduleStatus.Next.AddMinutes(1));
    }

    [Fact]
    public async Task A_run_missed_while_no_instance_was_up_is_made_up_for_as_past_due()
    {
        var time = await FreshAsync();
        await using (var app = await StartAsync(time))
            await TickAsync(app, time);

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

        await TickAsync(second, time);
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_read_stops_the_start()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestApp.StartAsync(azurite, new() { ["AzureWebJobs.Tick.Disabled"] = "false", ["Schedule"] = "every day" }));
        Assert.Equal("Function Tick: \"every day\" is no six-field NCRONTAB expression.", exception.Message);
    }

    private async Task<ManualTime> FreshAsync()
    {
        var container = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient("azure-webjobs-hosts");
        await container.CreateIfNotExistsAsync();
        await container.DeleteBlobIfExistsAsync($"timers/{typeof(TestApp).Assembly.GetName().Name}/Tick/status");
        return new ManualTime(Start);
    }

    private Task<TestApp> StartAsync(ManualTime time) => TestApp.StartAsync(
        azurite,
        new() { ["AzureWebJobs.Tick.Disabled"] = "false", ["Schedule"] = "0 */5 * * * *" },
        builder => builder.Services.AddSingleton<TimeProvider>(time));

    private static async Task<TimerInfo> TickAsync(TestApp app, ManualTime time)
    {
        await Eventually.HoldsAsync(() =>
        {
            if (!app.Recorder.IsEmpty)
                return true;
            time.Advance(TimeSpan.FromSeconds(20));
            return false;
        });
        return await app.Recorder.NextAsync<TimerInfo>();
    }
}
