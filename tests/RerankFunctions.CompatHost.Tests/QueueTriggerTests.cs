using Azure.Storage.Queues.Models;
using RerankFunctions.Storage;

namespace RerankFunctions.CompatHost.Tests;

[Collection(OnAzurite.Name)]
public sealed class QueueTriggerTests(Azurite azurite)
{
    [Fact]
    public async Task A_message_runs_the_function_and_is_deleted()
    {
        await using var app = await TestApp.StartAsync(azurite);
        var queue = await app.QueueAsync("work");
        await queue.SendMessageAsync(Convert.ToBase64String("hello"u8));

        var message = await app.Recorder.NextAsync<QueueMessage>();

        Assert.Equal("hello", message.Body.ToString());
        Assert.Equal(1, message.DequeueCount);
        await Eventually.HoldsAsync(async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0);
    }
}
