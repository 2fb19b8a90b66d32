using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.App;

/// <summary>A client of the running app. Repeats a call that gets 503 when <c>Retry-After</c> says so, and counts all answers.</summary>
internal sealed class JobClient(HttpClient http)
{
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);

    /// <summary>Number of answers by call and status.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>Submits a job and waits for its end with <c>?wait=30</c>.</summary>
    public async Task RunAsync(ScoringRequest job)
    {
        var (location, _) = await SubmitAsync(job.Query, job.Documents);
        await WaitForEndAsync($"{location}?wait=30", TimeSpan.Zero);
    }

    /// <summary>Submits a job and returns where and when to ask for it.</summary>
    public async Task<(string Location, TimeSpan RetryAfter)> SubmitAsync(string query, IEnumerable<string> documents)
    {
        while (true)
        {
            using var response = await http.PostAsJsonAsync(new Uri("/v1/jobs", UriKind.Relative), new { query, documents });
            if (!await IsRefusedAsync("submit", response))
            {
                var location = response.EnsureSuccessStatusCode().Headers.Location!.PathAndQuery;
                return (location, response.Headers.RetryAfter!.Delta!.Value);
            }
        }
    }

    /// <summary>Asks for a job until it has succeeded.</summary>
    /// <param name="location">Path and query of the job.</param>
    /// <param name="pause">Time before each call.</param>
    public async Task WaitForEndAsync(string location, TimeSpan pause)
    {
        do
        {
            await Task.Delay(pause);
        }
        while (!await HasSucceededAsync(new Uri(location, UriKind.Relative)));
    }

    private async Task<bool> HasSucceededAsync(Uri location)
    {
        using var response = await http.GetAsync(location);
        if (await IsRefusedAsync("read", response))
        {
            return false;
        }

        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString() switch
        {
            "succeeded" => true,
            "queued" or "running" => false,
            var status => throw new InvalidOperationException($"The job ended as {status}."),
        };
    }

    private async Task<bool> IsRefusedAsync(string call, HttpResponseMessage response)
    {
        _answers.AddOrUpdate($"{call} {(int)response.StatusCode}", 1, static (_, count) => count + 1);
        if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
        {
            return false;
        }

        await Task.Delay(response.Headers.RetryAfter!.Delta!.Value);
        return true;
    }
}
