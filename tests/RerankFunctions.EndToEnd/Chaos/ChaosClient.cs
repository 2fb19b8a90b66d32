using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd.Chaos;

/// <summary>Submits jobs through whichever worker answers, repeats what fails, and keeps the answers.</summary>
internal sealed class ChaosClient(ChaosWorkers workers)
{
    /// <summary>A word in every text, to search for.</summary>
    public const string Secret = "Okapi-2207";

    private const int Requests = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, (int Number, string Answer, TimeSpan Time)> _ended = [];
    private int _next;

    /// <summary>Jobs that ended, by id.</summary>
    public IReadOnlyDictionary<string, (int Number, string Answer, TimeSpan Time)> Ended => _ended;

    /// <summary>What went wrong.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    /// <summary>Submits jobs, one after the other, until all are taken.</summary>
    public async Task RunAsync(int jobs)
    {
        while (Interlocked.Increment(ref _next) is var number && number <= jobs)
        {
            var key = $"chaos {number} {Guid.NewGuid()}";
            var id = await SubmitAsync(number, key);
            var submitted = Stopwatch.GetTimestamp();
            if (number % 7 == 0 && await SubmitAsync(number, key) != id)
            {
                Violations.Enqueue($"{id}: its key gave another job");
            }

            var answer = await WaitAsync(id);
            if (!_ended.TryAdd(id, (number % Requests, answer, Stopwatch.GetElapsedTime(submitted))))
            {
                Violations.Enqueue($"{id}: two jobs have this id");
            }
        }
    }

    /// <summary>Reads the answer of a job that has ended.</summary>
    public async Task<string> WaitAsync(string id)
    {
        while (true)
        {
            var status = await TryAsync(api => api.GetAsync($"/v1/jobs/{id}?wait=5"));
            if (status is { Code: HttpStatusCode.NotFound })
            {
                Violations.Enqueue($"{id}: lost");
                return "";
            }

            var state = status?.Body["status"]?.GetValue<string>();
            if (state is "failed" or "canceled")
            {
                Violations.Enqueue($"{id}: {state} {status?.Body["error"]?.ToJsonString()}");
            }

            if (state is "succeeded" or "failed" or "canceled")
            {
                return status!.Value.Body["results"]?.ToJsonString() ?? "";
            }
        }
    }

    private async Task<string> SubmitAsync(int number, string key)
    {
        while (true)
        {
            if (await TryAsync(api => api.PostAsync(RequestOf(number % Requests), key)) is { Code: HttpStatusCode.Accepted or HttpStatusCode.OK } accepted)
            {
                return accepted.Body["id"]!.GetValue<string>();
            }
        }
    }

    private async Task<(HttpStatusCode Code, JsonNode Body)?> TryAsync(Func<Api, Task<HttpResponseMessage>> call)
    {
        try
        {
            if (workers.Any() is { } api)
            {
                using var response = await call(api);
                if (response.StatusCode < HttpStatusCode.InternalServerError)
                {
                    return (response.StatusCode, await Api.ReadAsync(response));
                }
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The worker has died; another one takes the call.
            await Task.Yield();
        }

        await Task.Delay(Pause);
        return null;
    }

    private static JsonObject RequestOf(int number) => new()
    {
        ["query"] = string.Create(CultureInfo.InvariantCulture, $"{Secret}: which animal is number {number}?"),
        ["documents"] = new JsonArray([.. Enumerable.Range(0, 4 + number).Select(document => JsonValue.Create(
            string.Create(CultureInfo.InvariantCulture, $"{Secret}: animal {document} lives in the forest of region {document * number}.")))]),
        ["priority"] = number % 3 == 0 ? 600 : 0,
    };
}
