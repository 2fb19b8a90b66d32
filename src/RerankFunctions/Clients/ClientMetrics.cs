using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RerankFunctions.Clients;

/// <summary>What the rerank routes have answered to whom.</summary>
public sealed class ClientMetrics
{
    /// <summary>Name of the meter, for subscribers.</summary>
    public const string Name = "RerankFunctions.Clients";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    };

    private readonly Histogram<double> _duration;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Creates their meter and owns it.</param>
    public ClientMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _duration = meters.Create(Name).CreateHistogram(
            "rerank.request.duration", "s", "Time of a request to a rerank route, from its head to its answer.", advice: Seconds);
    }

    /// <summary>Counts a request.</summary>
    /// <param name="client">Name of its key.</param>
    /// <param name="dialect">The contract that it follows; null where that was not found out.</param>
    /// <param name="status">HTTP status of the answer.</param>
    /// <param name="duration">Its time.</param>
    internal void Answered(string client, string? dialect, int status, TimeSpan duration)
    {
        var tags = new TagList { { "rerank.client", client }, { "http.response.status_code", status } };
        if (dialect is not null)
        {
            tags.Add("rerank.dialect", dialect);
        }

        _duration.Record(duration.TotalSeconds, tags);
    }
}
