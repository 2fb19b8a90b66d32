using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RerankFunctions.Batches.Protocol;
using RerankFunctions.Contracts;

namespace RerankFunctions.Batches.Scoring;

/// <summary>The output of a chunk: all its lines, and those of them that failed.</summary>
/// <param name="batch">The batch.</param>
internal sealed class ChunkOutput(BatchId batch)
{
    private readonly ArrayBufferWriter<byte> _results = new();
    private readonly ArrayBufferWriter<byte> _errors = new();
    private int _completed;
    private int _failed;
    private long _tokens;
    private long _cachedTokens;

    /// <summary>A line of each job, in order.</summary>
    public ReadOnlyMemory<byte> Results => _results.WrittenMemory;

    /// <summary>A line of each job that failed, in order.</summary>
    public ReadOnlyMemory<byte> Errors => _errors.WrittenMemory;

    /// <summary>Sums.</summary>
    public ChunkResult Result => new(_completed, _failed, _tokens, _cachedTokens);

    /// <summary>Adds an answer.</summary>
    public void Add(long line, string? customId, RerankAnswer answer)
    {
        var id = batch.JobOf(line);
        Write(
            _results,
            new BatchOutputLine<RerankAnswer>(id, customId, null, new BatchResponse<RerankAnswer>(200, id, answer), null),
            ContractsJson.Wire.BatchOutputLineRerankAnswer);
        _completed++;
        _tokens += answer.Usage.TotalTokens;
        _cachedTokens += answer.Usage.CachedTokens;
    }

    /// <summary>Adds a line that the API would refuse.</summary>
    public void Add(long line, string? customId, Problem problem)
    {
        var id = batch.JobOf(line);
        Fail(new BatchOutputLine<Problem>(
            id, customId, line, new BatchResponse<Problem>(problem.Status, id, problem), new JobError(problem.Code, problem.Detail)));
    }

    /// <summary>Adds a line whose job failed.</summary>
    public void Add(long line, string? customId, JobError error) =>
        Fail(new BatchOutputLine<Problem>(batch.JobOf(line), customId, line, null, error));

    private void Fail(BatchOutputLine<Problem> line)
    {
        var start = _results.WrittenCount;
        Write(_results, line, ContractsJson.Wire.BatchOutputLineProblem);
        _errors.Write(_results.WrittenSpan[start..]);
        _failed++;
    }

    private static void Write<T>(ArrayBufferWriter<byte> output, T line, JsonTypeInfo<T> type)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = type.Options.Encoder, SkipValidation = true }))
        {
            JsonSerializer.Serialize(json, line, type);
        }

        output.Write("\n"u8);
    }
}
