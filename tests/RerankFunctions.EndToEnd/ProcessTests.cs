using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd;

/// <summary>Start and end of the process, and several processes side by side.</summary>
public sealed class ProcessTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Fact]
    public async Task Two_servers_stand_side_by_side_and_end_cleanly_when_asked()
    {
        await using var first = AppServer.Launch(azurite.ConnectionString, ("Rerank:ModelName", "owner/name"));
        await using var second = AppServer.Launch(azurite.ConnectionString);
        await Task.WhenAll(first.WaitUntilReadyAsync(), second.WaitUntilReadyAsync());
        var id = await first.Api.SubmitAsync(new JsonObject
        {
            ["model"] = "owner/name",
            ["query"] = "What is the capital of France?",
            ["documents"] = new JsonArray("Paris is the capital of France."),
        });

        var status = await second.Api.WaitForEndAsync(id);
        Assert.Equal("succeeded", status["status"]!.GetValue<string>());
        Assert.Equal("owner/name", status["model"]!.GetValue<string>());
        Assert.Equal("succeeded", (await first.Api.WaitForEndAsync(id))["status"]!.GetValue<string>());
        first.Process.Terminate();
        second.Process.Terminate();
        Assert.Equal(0, await first.Process.WaitForExitAsync());
        Assert.Equal(0, await second.Process.WaitForExitAsync());
        Assert.Null(await first.Api.TryGetStatusAsync("/healthz"));
    }
}
