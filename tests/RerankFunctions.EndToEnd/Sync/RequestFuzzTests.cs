using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;
using RerankFunctions.Storage;
using Xunit.Abstractions;

namespace RerankFunctions.EndToEnd.Sync;

/// <summary>
/// Hostile requests to every rerank route. Each one gets a documented status with a message, and no log shows a text of it.
/// <c>RERANK_REQUEST_FUZZ=cases,seed</c> sets how many there are.
/// </summary>
public sealed class RequestFuzzTests(Azurite azurite, ITestOutputHelper output) : IClassFixture<Azurite>
{
    private const int AtOnce = 8;

    private static readonly HttpStatusCode[] Documented =
    [
        HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.RequestEntityTooLarge,
        HttpStatusCode.UnsupportedMediaType, HttpStatusCode.UnprocessableEntity, HttpStatusCode.TooManyRequests,
    ];

    [Fact]
    public async Task Whatever_is_sent_gets_a_documented_answer()
    {
        var plan = Environment.GetEnvironmentVariable("RERANK_REQUEST_FUZZ")?.Split(',') ?? ["400", "1"];
        var (cases, seed) = (int.Parse(plan[0], CultureInfo.InvariantCulture), int.Parse(plan[1], CultureInfo.InvariantCulture));
        await using var app = await AppServer.StartAsync(
            azurite.ConnectionString, ("Rerank:Limits:MaxBodyBytes", "20000"), ("Rerank:Limits:MaxDocuments", "20"));
        var statuses = new int[600];

        await Parallel.ForEachAsync(
            Enumerable.Range(0, cases),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (number, cancellationToken) =>
            {
                var fuzzed = FuzzedRequest.Create(seed, number);
                using var request = fuzzed.ToMessage();
                using var response = await app.Api.SendAsync(request);
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                Interlocked.Increment(ref statuses[(int)response.StatusCode]);
                Check(fuzzed, response, text);
            });

        output.WriteLine(string.Join(", ", statuses.Index().Where(status => status.Item > 0).Select(status => $"{status.Index}: {status.Item}")));
        Assert.True(statuses[200] > 0 && statuses[400] > 0 && statuses[422] > 0, "The cases are not varied.");
        Assert.DoesNotContain(FuzzedRequest.Secret, app.Process.Output, StringComparison.Ordinal);
        Assert.False(app.Process.HasExited);
    }

    private static void Check(FuzzedRequest fuzzed, HttpResponseMessage response, string text)
    {
        var what = $"Case {fuzzed}: {(int)response.StatusCode} {text}";
        var isLate = response.StatusCode == HttpStatusCode.ServiceUnavailable && text.Contains("deadline_exceeded", StringComparison.Ordinal);
        Assert.True(isLate || Documented.Contains(response.StatusCode), what);
        Assert.True(response.StatusCode != HttpStatusCode.Accepted || fuzzed.PrefersJob, what);
        var body = JsonNode.Parse(text)!;
        if (!response.IsSuccessStatusCode)
        {
            Assert.True(body["message"]!.GetValue<string>().Length > 0, what);
            Assert.False(text.Contains(FuzzedRequest.Secret, StringComparison.Ordinal), what);
        }
    }
}
