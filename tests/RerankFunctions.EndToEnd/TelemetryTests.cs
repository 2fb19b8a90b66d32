using System.Text;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;
using RerankFunctions.Tests.Support;

namespace RerankFunctions.EndToEnd;

/// <summary>What a collector gets from the app.</summary>
public sealed class TelemetryTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string Secret = "Quagga-4711";

    [Fact]
    public async Task A_job_is_one_trace_from_the_client_to_the_scores_and_its_numbers_are_metrics()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var app = await AppServer.StartAsync(azurite.ConnectionString, ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs")
        {
            Headers = { { "traceparent", $"00-{TraceId}-b7ad6b7169203331-01" } },
            Content = new StringContent($$"""{"query":"{{Secret}}","documents":["{{Secret}}","b"]}""", Encoding.UTF8, "application/json"),
        };
        using var response = await app.Api.SendAsync(request);
        var status = await app.Api.WaitForEndAsync((await Api.ReadAsync(response))["id"]!.GetValue<string>());
        Assert.Equal("succeeded", status["status"]!.GetValue<string>());

        app.Process.Terminate();
        Assert.Equal(0, await app.Process.WaitForExitAsync());

        Assert.All(["submit job", "process job", "score"], span => Assert.True(collector.Has("/v1/traces", span), $"{span} has not arrived."));
        Assert.Equal(3, collector.CountOf("/v1/traces", Convert.FromHexString(TraceId)));
        Assert.All(
            ["rerank.batch.tokens", "rerank.waiting.pairs", "rerank.job.duration", "dotnet.gc.collections"],
            metric => Assert.True(collector.Has("/v1/metrics", metric), $"{metric} has not arrived."));
        Assert.All(["/v1/traces", "/v1/metrics"], path => Assert.False(collector.Has(path, Secret)));
    }
}
