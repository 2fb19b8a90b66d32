using Microsoft.Extensions.Logging;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Stores the scores of an attempt now and then, so that the attempt after a crash goes on from there.</summary>
internal sealed class Checkpoints : IAsyncDisposable
{
    private readonly CheckpointStore _store;
    private readonly JobRecord _job;
    private readonly ScoredPairs _scored;
    private readonly ILogger _logger;
    private readonly Repetition _writing;
    private string? _revision;
    private int _parts;

    /// <summary>Creates the checkpoints of an attempt; nothing is stored yet.</summary>
    /// <param name="store">Receives the scores.</param>
    /// <param name="job">The job's state, held by the attempt.</param>
    /// <param name="scored">Tells the scores.</param>
    /// <param name="interval">Time between two writes.</param>
    /// <param name="time">The clock of intervals.</param>
    /// <param name="logger">Receives writes that fail.</param>
    public Checkpoints(CheckpointStore store, JobRecord job, ScoredPairs scored, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        (_store, _job, _scored, _logger) = (store, job, scored, logger);
        _writing = new Repetition(interval, () => WriteAsync(CancellationToken.None), time);
    }

    /// <summary>Starts to store scores.</summary>
    /// <param name="revision">Revision of the model that gives them.</param>
    public void Start(string revision)
    {
        _revision = revision;
        _writing.Start();
    }

    /// <summary>Stores the rest, for an attempt that ends without an outcome, and stops.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _writing.StopAsync().WaitAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _writing.DisposeAsync();

    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        if (_revision is null || _scored.TakeNew() is not { Count: > 0 } scores)
        {
            return true;
        }

        try
        {
            await _store.WriteAsync(_job.Id, _job.Attempt, ++_parts, new StoredScores(_revision, scores), cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            // These scores are computed again if the attempt does not end well.
            _logger.ScoresNotStored(_job.Id, exception.Message);
        }

        return true;
    }
}
