using System.Text.Json;
using Microsoft.Extensions.Logging;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Records;

/// <summary>The blobs of jobs by name and type: requests, states, results, markers and idempotency keys.</summary>
public sealed class JobStore(IBlobStore blobs, StorageClock clock, ILogger<JobStore> logger)
{
    private const int MaxPage = 5_000;

    private readonly StateBlobs<JobRecord> _states =
        new(blobs, clock, JobsJson.Default.JobRecord, JobsJson.Stored.JobRecord, JobRecord.CurrentVersion);

    /// <summary>Serializes a request to the form in which it is stored.</summary>
    public static byte[] Serialize(RerankRequest request) =>
        ExactJson.Serialize(request, ContractsJson.Wire.RerankRequest);

    /// <summary>Writes the job's marker. The markers list all jobs that have not ended, also those that no message announces.</summary>
    public Task MarkActiveAsync(JobId id, CancellationToken cancellationToken) =>
        blobs.CreateAsync(BlobNames.Marker(id), ReadOnlyMemory<byte>.Empty, metadata: null, cancellationToken);

    /// <summary>Deletes the marker of a job that has ended.</summary>
    public Task UnmarkActiveAsync(JobId id, CancellationToken cancellationToken) =>
        blobs.DeleteAsync(BlobNames.Marker(id), cancellationToken);

    /// <summary>Writes a request unless one is stored already.</summary>
    public async Task CreateRequestAsync(JobId id, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        clock.Set((await blobs.CreateAsync(BlobNames.Request(id), request, metadata: null, cancellationToken)).Time);

    /// <summary>Reads a request.</summary>
    /// <returns>The request, or null when it is missing or not readable.</returns>
    public async Task<RerankRequest?> ReadRequestAsync(JobId id, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.ReadAsync(
                BlobNames.Request(id),
                static (stream, token) => JsonSerializer.DeserializeAsync(stream, ContractsJson.Wire.RerankRequest, token),
                cancellationToken);
        }
        catch (JsonException)
        {
            logger.BlobUnreadable(id, "request.json");
            return null;
        }
    }

    /// <summary>Writes an attempt's answer. If one is stored already, it is the same answer, written twice.</summary>
    public Task CreateAnswerAsync(JobId id, int attempt, RerankAnswer answer, CancellationToken cancellationToken) =>
        blobs.CreateAsync(
            BlobNames.Answer(id, attempt),
            ExactJson.Serialize(answer, ContractsJson.Wire.RerankAnswer),
            metadata: null,
            cancellationToken);

    /// <summary>Reads an attempt's answer.</summary>
    public Task<RerankAnswer?> ReadAnswerAsync(JobId id, int attempt, CancellationToken cancellationToken) =>
        blobs.ReadAsync(
            BlobNames.Answer(id, attempt),
            static (stream, token) => JsonSerializer.DeserializeAsync(stream, ContractsJson.Wire.RerankAnswer, token),
            cancellationToken);

    /// <summary>Writes the first state of a job unless one is stored already.</summary>
    /// <returns>The job's state now.</returns>
    public async Task<JobRecord> CreateRecordAsync(JobRecord record, CancellationToken cancellationToken) =>
        await WriteAsync(current: null, record, cancellationToken) is null && await ReadRecordAsync(record.Id, cancellationToken) is { } stored
            ? stored.Value
            : record;

    /// <summary>Reads a job's state.</summary>
    /// <returns>The state, or null when there is no such job or its state is not readable.</returns>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public Task<Versioned<JobRecord>?> ReadRecordAsync(JobId id, CancellationToken cancellationToken) =>
        ReadAsync(id, known: null, cancellationToken);

    /// <summary>Reads a job's state if it has changed.</summary>
    /// <returns>The state, which is <paramref name="known"/> if it has not changed, or null when the job is gone.</returns>
    /// <exception cref="NewerVersionException">A newer version of the app has written the state.</exception>
    public Task<Versioned<JobRecord>?> ReadRecordAsync(Versioned<JobRecord> known, CancellationToken cancellationToken) =>
        ReadAsync(known.Value.Id, known, cancellationToken);

    /// <summary>Replaces a job's state if it has not changed since it was read.</summary>
    /// <returns>The new state with its ETag, or null when the stored state has changed.</returns>
    public Task<Versioned<JobRecord>?> SwapAsync(Versioned<JobRecord> current, JobRecord next, CancellationToken cancellationToken) =>
        WriteAsync(current, next, cancellationToken);

    /// <summary>Binds an idempotency key to a job unless it is bound already.</summary>
    /// <returns>The binding of the key now.</returns>
    public async Task<IdempotencyRecord> BindKeyAsync(
        string keyHash,
        IdempotencyRecord record,
        CancellationToken cancellationToken)
    {
        var name = $"{BlobNames.Keys}{keyHash}";
        var content = JsonSerializer.SerializeToUtf8Bytes(record, JobsJson.Default.IdempotencyRecord);
        while (!(await blobs.CreateAsync(name, content, metadata: null, cancellationToken)).IsWritten)
        {
            var reading = await blobs.ReadAsync(name, null, cancellationToken);
            if (reading.IsFound)
            {
                return JsonSerializer.Deserialize(reading.Content.Span, JobsJson.Default.IdempotencyRecord)
                    ?? throw new JsonException("The idempotency blob holds null; it must hold a binding.");
            }
        }

        return record;
    }

    /// <summary>Lists a page of the markers.</summary>
    /// <param name="continuation">Start of the page; null for the first one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<BlobPage> ListActiveAsync(string? continuation, CancellationToken cancellationToken)
    {
        var page = await blobs.ListAsync(BlobNames.Markers, continuation, MaxPage, cancellationToken);
        clock.Set(page.Time);
        return page;
    }

    private Task<Versioned<JobRecord>?> ReadAsync(JobId id, Versioned<JobRecord>? known, CancellationToken cancellationToken) =>
        _states.ReadAsync(
            BlobNames.State(id), known, record => record.Id == id, () => logger.BlobUnreadable(id, "status.json"), cancellationToken);

    private Task<Versioned<JobRecord>?> WriteAsync(Versioned<JobRecord>? current, JobRecord next, CancellationToken cancellationToken) =>
        _states.WriteAsync(BlobNames.State(next.Id), current, next, JobSummary.Describe(next), cancellationToken);
}
