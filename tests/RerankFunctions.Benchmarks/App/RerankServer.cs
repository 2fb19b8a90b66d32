using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using RerankFunctions.Benchmarks.Measurement;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.App;

/// <summary>A server that answers requests for scores at once.</summary>
/// <param name="name">Name in the report.</param>
/// <param name="route">Where it takes requests.</param>
/// <param name="process">The process whose processor time counts.</param>
/// <param name="http">Sends the requests.</param>
internal sealed class RerankServer(string name, Uri route, Process process, HttpClient http)
{
    private readonly ConcurrentQueue<double> _times = new();
    private int _refused;

    /// <summary>Milliseconds of the answered requests of the last way, its warm-up left out.</summary>
    public IReadOnlyCollection<double> Times => _times;

    /// <summary>Number of its requests that the server refused as too many.</summary>
    public int Refused => _refused;

    /// <summary>Creates the way in which some clients, each one request after the other, send all requests.</summary>
    public Way WayOf(IReadOnlyList<ScoringRequest> requests, int clients)
    {
        _times.Clear();
        _refused = 0;
        return new Way(name, round => Cost.OfAsync(process, () => Parallel.ForEachAsync(
            requests, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (request, _) => await SendAsync(request, isCounted: round > 0))));
    }

    private async Task SendAsync(ScoringRequest request, bool isCounted)
    {
        var began = Stopwatch.GetTimestamp();
        using var response = await http.PostAsJsonAsync(route, new { query = request.Query, documents = request.Documents });
        var isRefused = response.StatusCode == HttpStatusCode.TooManyRequests;
        if (!isRefused)
        {
            response.EnsureSuccessStatusCode();
            await response.Content.ReadAsByteArrayAsync();
        }

        if (isCounted && isRefused)
        {
            Interlocked.Increment(ref _refused);
        }
        else if (isCounted)
        {
            _times.Enqueue(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
