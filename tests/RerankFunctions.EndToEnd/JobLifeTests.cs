using System.Net;
using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd;

/// <summary>A job from submit to answer, as a client sees it.</summary>
[Collection(RunningAppTests.Name)]
public sealed class JobLifeTests(RunningApp running)
{
    private const string Secret = "Quagga-4711";

    [Fact]
    public async Task Submit_answers_202_with_location_and_retry_after()
    {
        using var response = await running.Api.PostAsync(Request());
        var status = await Api.ReadAsync(response);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(new Uri(running.Api.Root, $"/v1/jobs/{status["id"]}"), response.Headers.Location);
        Assert.Equal(response.Headers.Location!.ToString(), status["links"]!["self"]!.GetValue<string>());
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Equal("queued", status["status"]!.GetValue<string>());
        Assert.Equal("demo", status["model"]!.GetValue<string>());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        await running.Api.WaitForEndAsync(status["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_ended_job_has_its_times_and_usage_and_does_not_change()
    {
        var request = Request();
        request["metadata"] = new JsonObject { ["tenant"] = "a" };
        var status = await running.Api.RerankAsync(request);
        using var again = await running.Api.GetAsync($"/v1/jobs/{status["id"]}");

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Null(again.Headers.RetryAfter);
        Assert.Equal(status.ToJsonString(), (await Api.ReadAsync(again)).ToJsonString());
        Assert.Equal(1, status["attempts"]!.GetValue<int>());
        Assert.Equal("a", status["metadata"]!["tenant"]!.GetValue<string>());
        Assert.True(status["queue_ms"]!.GetValue<long>() >= 0);
        Assert.True(status["run_ms"]!.GetValue<long>() >= 0);
        Assert.True(status["completed_at"]!.GetValue<DateTimeOffset>() >= status["started_at"]!.GetValue<DateTimeOffset>());
        Assert.True(status["usage"]!["total_tokens"]!.GetValue<long>() > 0);
        Assert.Equal(1, status["meta"]!["billed_units"]!["search_units"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_job_that_has_ended_cannot_be_canceled()
    {
        var id = (await running.Api.RerankAsync(Request()))["id"]!.GetValue<string>();

        using var ended = await running.Api.DeleteAsync($"/v1/jobs/{id}");
        using var unknown = await running.Api.DeleteAsync("/v1/jobs/01m7ypsec0ekgr7b2zd5e7ty4k");

        Assert.Equal(HttpStatusCode.Conflict, ended.StatusCode);
        Assert.Equal("job_ended", (await Api.ReadAsync(ended))["code"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Jobs_are_listed_by_state_and_page()
    {
        var id = (await running.Api.RerankAsync(Request()))["id"]!.GetValue<string>();
        var found = new List<string>();
        for (string? next = ""; next is not null;)
        {
            using var response = await running.Api.GetAsync($"/v1/jobs?status=succeeded&limit=50{next}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var page = await Api.ReadAsync(response);
            found.AddRange(page["jobs"]!.AsArray().Select(job => job!["id"]!.GetValue<string>()));
            Assert.All(page["jobs"]!.AsArray(), job => Assert.Equal("succeeded", job!["status"]!.GetValue<string>()));
            next = page["after"] is { } after ? $"&after={after.GetValue<string>()}" : null;
        }

        Assert.Single(found, id);
        Assert.Equal(found.Distinct(), found);
    }

    [Theory]
    [InlineData("status=done")]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("after=x")]
    public async Task A_list_with_a_wrong_parameter_is_refused(string query)
    {
        using var response = await running.Api.GetAsync($"/v1/jobs?{query}");
        var problem = await Api.ReadAsync(response);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal(query.Split('=')[0], problem["errors"]![0]!["path"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_same_job()
    {
        var key = Guid.NewGuid().ToString();
        using var first = await running.Api.PostAsync(Request(), key);
        using var second = await running.Api.PostAsync(Request(), key);
        var other = Request();
        other["query"] = "another question";
        using var conflict = await running.Api.PostAsync(other, key);
        var id = (await Api.ReadAsync(first))["id"]!.GetValue<string>();

        Assert.Equal(id, (await Api.ReadAsync(second))["id"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, conflict.StatusCode);
        Assert.Equal("idempotency_key_reused", (await Api.ReadAsync(conflict))["code"]!.GetValue<string>());
        var ended = await running.Api.WaitForEndAsync(id);
        using var third = await running.Api.PostAsync(Request(), key);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
        Assert.Equal(ended.ToJsonString(), (await Api.ReadAsync(third)).ToJsonString());
    }

    [Fact]
    public async Task Text_is_in_no_message_and_no_log()
    {
        var status = await running.Api.RerankAsync(new JsonObject
        {
            ["query"] = $"Where does {Secret} live?",
            ["documents"] = new JsonArray($"{Secret} lives in the zoo."),
        });
        using var refused = await running.Api.PostAsync(new JsonObject { ["query"] = Secret, ["documents"] = Secret });
        using var malformed = await running.Api.PostAsync(System.Text.Encoding.UTF8.GetBytes($$"""{"query":{{Secret}}}"""));

        Assert.Equal("succeeded", status["status"]!.GetValue<string>());
        Assert.DoesNotContain(Secret, (await Api.ReadAsync(refused)).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, (await Api.ReadAsync(malformed)).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, running.App.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_answers_without_a_key_and_readiness_names_model_and_device()
    {
        using var health = await running.Api.GetAsync("/healthz");
        using var ready = await running.Api.GetAsync("/readyz");
        var body = await Api.ReadAsync(ready);

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("ready", body["status"]!.GetValue<string>());
        Assert.Equal("reachable", body["storage"]!.GetValue<string>());
        Assert.Equal("loaded", body["model"]!["status"]!.GetValue<string>());
        Assert.False(string.IsNullOrEmpty(body["model"]!["description"]!["device"]!.GetValue<string>()));
    }

    private static JsonObject Request() => new()
    {
        ["query"] = "What is the capital of France?",
        ["documents"] = new JsonArray("Lyon is a large city in France.", "Paris is the capital of France."),
    };
}
