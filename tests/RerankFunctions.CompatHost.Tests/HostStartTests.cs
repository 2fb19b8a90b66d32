using System.Globalization;
using RerankFunctions.Storage;
using static RerankFunctions.CompatHost.Tests.Messages;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class HostStartTests(Azurite azurite)
{
    [Fact]
    public async Task A_missing_setting_stops_the_start_and_is_named()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(azurite, new() { ["Queue"] = "" }));
        Assert.Matches("^Function \\w+: \"%Queue%-\\w+\" names the setting Queue, which is not set.$", exception.Message);
    }

    [Theory]
    [InlineData("batchSize", "33", "extensions:queues:batchSize is \"33\"; it must be a number from 1 to 32")]
    [InlineData("visibilityTimeout", "soon", "extensions:queues:visibilityTimeout is \"soon\"; it must be a time from 00:00:00")]
    [InlineData("messageEncoding", "hex", "extensions:queues:messageEncoding is \"hex\"; it must be base64 or none")]
    public async Task A_wrong_value_in_host_json_stops_the_start_and_is_named(string name, string value, string message)
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestApp.StartAsync(azurite, new() { [Section + name] = value }));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_stops_the_start_with_a_sentence()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var port = app.Http.BaseAddress!.Port.ToString(CultureInfo.InvariantCulture);
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestApp.StartAsync(azurite, new() { ["Host:LocalHttpPort"] = port }));
        Assert.StartsWith($"Port {port} is in use.", exception.Message, StringComparison.Ordinal);
    }
}
