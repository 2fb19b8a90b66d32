using System.Text.Json;
using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Storage;

namespace RerankFunctions.Jobs;

/// <summary>The blobs of jobs by name and type: requests, states, results, markers and idempotency keys.</summary>
internal sealed class JobStore(IBlobStore blobs, ILogger<JobStore> logger)
{
    /// <summary>A state together with the ETag that a swap must name.</summary>
    public sealed record Versioned(JobRecord Record, string ETag);

    /// <summary>The request as it is stored.</summary>
    public static byte[] Serialize(RerankRequest request) =>
        JsonSerializer.SerializeToUtf8Bytes(request, ContractsJson.Wire.RerankRequest);

    /// <summary>Marks the job as active, for whoever looks for jobs that no message announces.</summary>
    public Task MarkActiveAsync(JobId id, CancellationToken cancellationToken) =>
        blobs.CreateAsync(MarkerName(id), ReadOnlyMemory<byte>.Empty, cancellationToken);

    /// <summary>Takes the marker away: the job has ended.</summary>
    public Task UnmarkActiveAsync(JobId id, CancellationToken cancellationToken) =>
        blobs.DeleteAsync(MarkerName(id), cancellationToken);

    /// <summary>Writes a request; one that is there already stays.</summary>
    public Task CreateRequestAsync(JobId id, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        blobs.CreateAsync(RequestName(id), request, cancellationToken);

    /// <summary>Reads a request.</summary>
    /// <returns>The request, or null when it is missing or no request.</returns>
    public async Task<RerankRequest?> ReadRequestAsync(JobId id, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.ReadAsync(
                RequestName(id),
                static (stream, token) => JsonSerializer.DeserializeAsync(stream, ContractsJson.Wire.RerankRequest, token),
                cancellationToken);
        }
        catch (JsonException)
        {
            logger.BlobUnreadable(id, "request.json");
            return null;
        }
    }

    /// <summary>Writes an attempt's answer. What is there already is the same answer, written twice.</summary>
    public Task CreateAnswerAsync(JobId id, int attempt, RerankAnswer answer, CancellationToken cancellationToken) =>
        blobs.CreateAsync(
            AnswerName(id, attempt),
            JsonSerializer.SerializeToUtf8Bytes(answer, ContractsJson.Wire.RerankAnswer),
            cancellationToken);

    /// <summary>Reads an attempt's answer.</summary>
    public Task<RerankAnswer?> ReadAnswerAsync(JobId id, int attempt, CancellationToken cancellationToken) =>
        blobs.ReadAsync(
            AnswerName(id, attempt),
            static (stream, token) => JsonSerializer.DeserializeAsync(stream, ContractsJson.Wire.RerankAnswer, token),
            cancellationToken);

    /// <summary>Writes the first state of a job; one that is there already stays.</summary>
    /// <returns>The job's state now.</returns>
    public async Task<JobRecord> CreateRecordAsync(JobRecord record, CancellationToken cancellationToken) =>
        await blobs.CreateAsync(RecordName(record.Id), Serialize(record), cancellationToken) is null
            && await ReadRecordAsync(record.Id, cancellationToken) is { } stored
                ? stored.Record
                : record;

    /// <summary>Reads a job's state.</summary>
    /// <returns>The state, or null when there is no such job or its blob holds no state.</returns>
    public async Task<Versioned?> ReadRecordAsync(JobId id, CancellationToken cancellationToken) =>
        ToRecord(id, await ReadStateAsync(id, null, cancellationToken));

    /// <summary>Reads a job's state again, if it changed.</summary>
    /// <returns>The state, which is <paramref name="known"/> if nothing changed, or null when the job is gone.</returns>
    public async Task<Versioned?> ReadRecordAsync(Versioned known, CancellationToken cancellationToken)
    {
        var reading = await ReadStateAsync(known.Record.Id, known.ETag, cancellationToken);
        return reading.IsUnchanged ? known : ToRecord(known.Record.Id, reading);
    }

    /// <summary>Swaps a job's state for the next.</summary>
    /// <returns>The new state with its ETag, or null when the stored one is another by now.</returns>
    public async Task<Versioned?> SwapAsync(Versioned current, JobRecord next, CancellationToken cancellationToken)
    {
        var eTag = await blobs.ReplaceAsync(RecordName(next.Id), Serialize(next), current.ETag, cancellationToken);
        return eTag is null ? null : new Versioned(next, eTag);
    }

    /// <summary>Binds an idempotency key to a job, unless it is bound already.</summary>
    /// <returns>What the key is bound to now.</returns>
    public async Task<IdempotencyRecord> BindKeyAsync(
        string keyHash,
        IdempotencyRecord record,
        CancellationToken cancellationToken)
    {
        var name = $"idempotency/{keyHash}";
        var content = JsonSerializer.SerializeToUtf8Bytes(record, JobsJson.Default.IdempotencyRecord);
        while (await blobs.CreateAsync(name, content, cancellationToken) is null)
        {
            var reading = await blobs.ReadAsync(name, null, cancellationToken);
            if (reading.IsFound)
            {
                return JsonSerializer.Deserialize(reading.Content.Span, JobsJson.Default.IdempotencyRecord)
                    ?? throw new JsonException("An idempotency blob holds null.");
            }
        }

        return record;
    }

    private async Task<BlobReading> ReadStateAsync(JobId id, string? knownETag, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.ReadAsync(RecordName(id), knownETag, cancellationToken);
        }
        catch (InvalidDataException)
        {
            logger.BlobUnreadable(id, "status.json");
            return BlobReading.Missing;
        }
    }

    private Versioned? ToRecord(JobId id, BlobReading reading)
    {
        if (!reading.IsFound)
        {
            return null;
        }

        // A blob that holds another job's state is no better than one that holds none.
        if (Parse(reading.Content.Span) is { } record && record.Id == id)
        {
            return new Versioned(record, reading.ETag);
        }

        logger.BlobUnreadable(id, "status.json");
        return null;
    }

    private static JobRecord? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, JobsJson.Default.JobRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Serialize(JobRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, JobsJson.Stored.JobRecord);

    private static string RequestName(JobId id) => $"jobs/{id}/request.json";

    private static string RecordName(JobId id) => $"jobs/{id}/status.json";

    private static string AnswerName(JobId id, int attempt) => string.Create(null, $"jobs/{id}/results/{attempt}.json");

    private static string MarkerName(JobId id) => $"active/{id}";
}
