using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;

namespace RerankFunctions.EndToEnd;

/// <summary>Start and end of the process, and several processes side by side.</summary>
public sealed class ProcessTests(Azurite azurite) : IClassFixture<Azurite>
{
    [Theory]
    [InlineData("Rerank:Limits:MaxDocuments", "0", "10000")]
    [InlineData("Rerank:Limits:MaxDocuments", "many", "Int32")]
    [InlineData("Rerank:MaxAttempts", "-1", "100")]
    [InlineData("Rerank:Container", "No Such Name", "lower-case letters")]
    [InlineData("Rerank:Device", "abacus", "cuda")]
    [InlineData("Rerank:MaxBatchTokens", "-5", "4194304")]
    public async Task A_wrong_setting_stops_the_process_with_name_value_and_what_is_allowed(string name, string value, string allowed)
    {
        await using var app = AppServer.Launch("UseDevelopmentStorage=true", (name, value));

        Assert.NotEqual(0, await app.Process.WaitForExitAsync());
        Assert.Contains(name, app.Process.Output, StringComparison.Ordinal);
        Assert.Contains(value, app.Process.Output, StringComparison.Ordinal);
        Assert.Contains(allowed, app.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", app.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_stops_the_process_and_says_why()
    {
        await using var app = AppServer.Launch(azurite.ConnectionString, ("Rerank:ModelPath", "models/nowhere"));

        Assert.NotEqual(0, await app.Process.WaitForExitAsync());
        Assert.Contains("models/nowhere", app.Process.Output, StringComparison.Ordinal);
    }

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
