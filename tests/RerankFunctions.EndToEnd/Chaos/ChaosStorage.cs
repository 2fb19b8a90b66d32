using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace RerankFunctions.EndToEnd.Chaos;

/// <summary>Looks at jobs in storage past the app, and disturbs the queues.</summary>
internal sealed class ChaosStorage(string connection)
{
    private static readonly string[] Queues = ["rerank-jobs", "rerank-bulk", "rerank-recovery"];

    private readonly BlobContainerClient _blobs = new(connection, "rerank");
    private readonly List<TimeSpan> _recoveries = [];

    /// <summary>Times from the end of a killed worker until its jobs ran again or had ended.</summary>
    public IReadOnlyList<TimeSpan> Recoveries => _recoveries;

    /// <summary>Returns the running jobs of a process with their attempts.</summary>
    public async Task<List<(string Id, int Attempt)>> RunningOfAsync(int process)
    {
        var jobs = new List<(string, int)>();
        await foreach (var marker in _blobs.GetBlobsAsync(prefix: "active/"))
        {
            var id = marker.Name["active/".Length..];
            if (await ReadAsync(id) is { } state
                && state["state"]!.GetValue<string>() == "running"
                && state["owner"]!.GetValue<string>().Contains(string.Create(CultureInfo.InvariantCulture, $"-{process}-"), StringComparison.Ordinal))
            {
                jobs.Add((id, state["attempt"]!.GetValue<int>()));
            }
        }

        return jobs;
    }

    /// <summary>Measures how long it takes until jobs have a later attempt or an end.</summary>
    public async Task WatchAsync(IReadOnlyCollection<(string Id, int Attempt)> jobs)
    {
        var began = Stopwatch.GetTimestamp();
        var left = jobs.ToList();
        while (left.Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            foreach (var job in left.ToList())
            {
                if (await ReadAsync(job.Id) is { } state && (state["attempt"]!.GetValue<int>() > job.Attempt || state["completed_at"] is not null))
                {
                    left.Remove(job);
                    lock (_recoveries)
                    {
                        _recoveries.Add(Stopwatch.GetElapsedTime(began));
                    }
                }
            }
        }
    }

    /// <summary>Sends a second message of an active job, a message of such a job to a poison queue, and what is no message.</summary>
    public async Task DisturbAsync(Random random)
    {
        await foreach (var marker in _blobs.GetBlobsAsync(prefix: "active/"))
        {
            var text = $$"""{"v":1,"jobId":"{{marker.Name["active/".Length..]}}"}""";
            await SendAsync(Queues[random.Next(Queues.Length)] + (random.Next(2) == 0 ? "-poison" : ""), text);
            break;
        }

        await SendAsync(Queues[random.Next(Queues.Length)], "no message");
    }

    /// <summary>Returns the names of all markers, and the texts of all messages and states.</summary>
    public async Task<(List<string> Markers, string Texts)> ReadAllAsync()
    {
        var markers = new List<string>();
        var texts = new StringBuilder();
        await foreach (var blob in _blobs.GetBlobsAsync())
        {
            if (blob.Name.StartsWith("active/", StringComparison.Ordinal))
            {
                markers.Add(blob.Name);
            }
            else if (!blob.Name.EndsWith("/request.json", StringComparison.Ordinal))
            {
                texts.Append((await _blobs.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content);
            }
        }

        return (markers, texts.ToString());
    }

    private async Task SendAsync(string queue, string text)
    {
        var client = new QueueClient(connection, queue, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await client.CreateIfNotExistsAsync();
        await client.SendMessageAsync(text);
    }

    private async Task<JsonNode?> ReadAsync(string id)
    {
        try
        {
            return JsonNode.Parse((await _blobs.GetBlobClient($"jobs/{id}/status.json").DownloadContentAsync()).Value.Content);
        }
        catch (Exception exception) when (exception is Azure.RequestFailedException or AggregateException or OperationCanceledException)
        {
            // Storage is down, or the job has no state yet.
            return null;
        }
    }
}
