using Microsoft.Extensions.Logging;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Records;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Jobs.Telemetry;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Stores the scores of an attempt now and then, so that the attempt after a crash goes on from there.</summary>
internal sealed class Checkpoints(
    CheckpointStore store, JobRecord job, ScoredPairs scored, TimeSpan interval, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // The end of the attempt ends the delay; that is no error.
    private const ConfigureAwaitOptions EndOfDelay =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly CancellationTokenSource _ending = new();
    private Task _writing = Task.CompletedTask;
    private string? _revision;
    private int _parts;

    /// <summary>Starts to store scores.</summary>
    /// <param name="revision">Revision of the model that gives them.</param>
    public void Start(string revision)
    {
        _revision = revision;
        _writing = RunAsync();
    }

    /// <summary>Stores the rest, for an attempt that ends without an outcome, and stops.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        await WriteAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ending.Dispose();
    }

    private async Task StopAsync()
    {
        _ending.Cancel();
        await _writing;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await Task.Delay(interval, time, _ending.Token).ConfigureAwait(EndOfDelay);
            if (_ending.IsCancellationRequested)
            {
                return;
            }

            await WriteAsync(CancellationToken.None);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_revision is null || scored.TakeNew() is not { Count: > 0 } scores)
        {
            return;
        }

        try
        {
            await store.WriteAsync(job.Id, job.Attempt, ++_parts, new StoredScores(_revision, scores), cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            // These scores are computed again if the attempt does not end well.
            logger.ScoresNotStored(job.Id, exception.Message);
        }
    }
}
