using Microsoft.Azure.Functions.Worker.Queues;
using Microsoft.Azure.Functions.Worker.Settings;
using Microsoft.Extensions.Configuration;

namespace RerankFunctions.CompatHost.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Storage", "UseDevelopmentStorage=true", "http://127.0.0.1:10001/devstoreaccount1")]
    [InlineData("AzureWebJobsStorage", "UseDevelopmentStorage=true", "http://127.0.0.1:10001/devstoreaccount1")]
    [InlineData("Storage:queueServiceUri", "https://example.test/", "https://example.test/")]
    [InlineData("Storage:accountName", "example", "https://example.queue.core.windows.net/")]
    public void A_connection_is_a_string_or_a_section(string key, string value, string expected)
    {
        var connections = new StorageConnections(Configuration(new() { [key] = value }));
        Assert.Equal(new Uri(expected), connections.Queues("Storage").Uri);
    }

    [Fact]
    public void A_connection_that_is_not_set_is_named()
    {
        var connections = new StorageConnections(Configuration([]));
        var exception = Assert.Throws<InvalidOperationException>(() => connections.Queues(null));
        Assert.Contains("AzureWebJobsStorage is not set", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_of_host_json_are_the_hosts()
    {
        var host = HostJson.Read(Path.Combine(AppContext.BaseDirectory, "there is none.json"), Configuration([]));

        Assert.Equal("api", host.RoutePrefix);
        Assert.Equal(TimeSpan.FromMinutes(30), host.FunctionTimeout);
        Assert.Equal((16, 8 * Environment.ProcessorCount, 5), (host.Queues.BatchSize, host.Queues.NewBatchThreshold, host.Queues.MaxDequeueCount));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.Zero), (host.Queues.MaxPollingInterval, host.Queues.VisibilityTimeout));
        Assert.True(host.Queues.Base64);
    }

    [Fact]
    public void Polls_pause_100_ms_after_a_message_and_back_off_at_random_to_the_maximum()
    {
        var most = TimeSpan.FromSeconds(2);
        var delay = new PollingDelay(most, new Random(7));
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(TimeSpan.FromMilliseconds(100), delay.Next(foundSome: true));
            var pauses = Enumerable.Range(0, 12).Select(_ => delay.Next(foundSome: false)).ToArray();
            Assert.InRange(pauses[0], TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(120));
            Assert.InRange(pauses[2], TimeSpan.FromMilliseconds(320), TimeSpan.FromMilliseconds(480));
            Assert.Equal(most, pauses[^1]);
        }
    }

    private static IConfiguration Configuration(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
