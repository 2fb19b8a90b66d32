using System.Text.Json;
using Azure.Storage.Queues;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class ProcessTests(Azurite azurite)
{
    private readonly string _prefix = "q" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task The_app_reads_the_settings_files_beside_it_and_the_environment_wins()
    {
        await using var app = Start(new() { ["Queue"] = "to-be-overridden" }, new() { ["Queue"] = _prefix });
        using var http = new HttpClient { BaseAddress = await app.ListeningAsync() };

        Assert.Equal("item 7", await http.GetStringAsync("/prefixed/items/7"));
        Assert.Contains($"queue {_prefix}-work", app.Output, StringComparison.Ordinal);
        Assert.Contains("GET /prefixed/items/{id:int}", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_cancels_running_functions_waits_for_them_and_ends_the_process()
    {
        await using var app = Start(
            new() { ["Queue"] = _prefix, ["Sample:Wait"] = "true", ["CompatHost:DrainTime"] = "00:00:00" }, []);
        var queue = new QueueServiceClient(azurite.ConnectionString).GetQueueClient(_prefix + "-work");
        await queue.CreateAsync();
        await queue.SendMessageAsync(Convert.ToBase64String("long"u8));
        await app.ListeningAsync();
        await Deadline.UntilAsync(() => app.Output.Contains("Work waits", StringComparison.Ordinal));

        await app.SignalTermAsync();

        Assert.Equal(0, await app.EndAsync());
        Assert.Contains("Work was told to stop", app.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task A_killed_hosts_message_stays_hidden()
    {
        var queue = new QueueServiceClient(azurite.ConnectionString).GetQueueClient(_prefix + "-work");
        await queue.CreateAsync();
        await queue.SendMessageAsync(Convert.ToBase64String("long"u8));
        await using (var app = Start(new() { ["Queue"] = _prefix, ["Sample:Wait"] = "true" }, []))
        {
            await Deadline.UntilAsync(() => app.Output.Contains("Work waits", StringComparison.Ordinal));
        }

        Assert.Null((await queue.PeekMessageAsync()).Value);
        Assert.Equal(1, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Log_lines_of_the_app_show_inside_of_invocations_only()
    {
        await using var app = Start(new() { ["Queue"] = _prefix }, []);
        var queue = new QueueServiceClient(azurite.ConnectionString).GetQueueClient(_prefix + "-work");
        await queue.CreateAsync();
        await queue.SendMessageAsync(Convert.ToBase64String("log"u8));
        await Deadline.UntilAsync(() => app.Output.Contains("A line from inside of an invocation", StringComparison.Ordinal));

        Assert.DoesNotContain("A line from outside of invocations", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_refuses_to_run_in_production()
    {
        await using var app = Start([], new() { ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production" });
        Assert.NotEqual(0, await app.EndAsync());
        Assert.Contains("AZURE_FUNCTIONS_ENVIRONMENT is Production, but this build runs on the stand-in", app.Output, StringComparison.Ordinal);
    }

    private AppProcess Start(Dictionary<string, string> values, Dictionary<string, string> environment)
    {
        values["AzureWebJobsStorage"] = azurite.ConnectionString;
        values["Other"] = azurite.ConnectionString;
        values["AzureWebJobs.Tick.Disabled"] = "true";
        return new AppProcess(
            new()
            {
                ["local.settings.json"] = JsonSerializer.Serialize(new { IsEncrypted = false, Values = values, Host = new { LocalHttpPort = 0 } }),
                ["host.json"] = """{"version": "2.0", "extensions": {"http": {"routePrefix": "prefixed"}}}""",
            },
            environment);
    }
}
