using System.Text.Json;
using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Records;

/// <summary>The scores of long jobs that are stored before the job ends: <c>jobs/{id}/scores/{attempt}-{part}.json</c>.</summary>
public sealed class CheckpointStore(IBlobStore blobs, ILogger<CheckpointStore> logger)
{
    private const int MaxParts = 5_000;

    /// <summary>Writes a part of an attempt's scores.</summary>
    public Task WriteAsync(JobId id, int attempt, int part, StoredScores scores, CancellationToken cancellationToken) => blobs.CreateAsync(
        string.Create(null, $"{BlobNames.Scores(id)}{attempt}-{part}.json"),
        JsonSerializer.SerializeToUtf8Bytes(scores, JobsJson.Default.StoredScores),
        metadata: null,
        cancellationToken);

    /// <summary>Reads what all attempts have stored.</summary>
    /// <param name="id">The job.</param>
    /// <param name="revision">Revision of the model. Scores of another one are left out.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlyList<PairScore>> ReadAsync(JobId id, string revision, CancellationToken cancellationToken)
    {
        var scores = new List<PairScore>();
        string? continuation = null;
        do
        {
            var page = await blobs.ListAsync(BlobNames.Scores(id), continuation, MaxParts, cancellationToken);
            foreach (var blob in page.Blobs)
            {
                if (await ReadPartAsync(id, blob.Name, cancellationToken) is { } part && part.Revision == revision)
                {
                    scores.AddRange(part.Scores);
                }
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);

        return scores;
    }

    private async Task<StoredScores?> ReadPartAsync(JobId id, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.ReadAsync(
                name,
                static (stream, token) => JsonSerializer.DeserializeAsync(stream, JobsJson.Default.StoredScores, token),
                cancellationToken);
        }
        catch (JsonException)
        {
            logger.BlobUnreadable(id, "scores");
            return null;
        }
    }
}
