using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Telemetry;

/// <summary>The measurements of one model's engine. A measurement is taken where the decision that it tells of is made.</summary>
/// <param name="instruments">The instruments.</param>
/// <param name="model">Name of the model in the settings, the value of a tag.</param>
internal sealed class EngineMetrics(EngineInstruments instruments, string model)
{
    private const string Source = "rerank.source";
    private const string ScoresNotFinite = "scores_not_finite";

    private readonly KeyValuePair<string, object?> _model = new(InferenceTelemetry.ModelTag, model);

    /// <summary>Sets where the work that waits is counted; null for nowhere.</summary>
    /// <param name="waiting">Returns the work of a class. It is called from any thread.</param>
    public void Watch(Func<WorkClass, WaitingWork>? waiting) => instruments.Watch(model, waiting);

    /// <summary>Counts the work of a run that gave logits, and the run as failed if one of them is not finite.</summary>
    public void BatchScored(ScoredBatch batch)
    {
        instruments.Tokens.Add(batch.Tokens, _model);
        instruments.Cells.Add(batch.Cells, _model);
        instruments.Rows.Record(batch.Rows, _model);
        instruments.Fill.Record((double)batch.Cells / batch.Limit, _model);
        CountPairs("run", batch.Scored);
        CountPairs("in_flight", batch.InFlight);
        if (batch.Scored < batch.Rows)
        {
            RunFailed(ScoresNotFinite);
        }
    }

    /// <summary>Counts the time of a run, and the run if it failed.</summary>
    public void RunEnded(TimeSpan duration, Exception? failure)
    {
        if (failure is null)
        {
            instruments.Duration.Record(duration.TotalSeconds, _model);
            return;
        }

        instruments.Duration.Record(duration.TotalSeconds, _model, ErrorOf(InferenceTelemetry.ErrorTypeOf(failure)));
        RunFailed(failure);
    }

    /// <summary>Counts a run that failed.</summary>
    public void RunFailed(Exception failure) => RunFailed(InferenceTelemetry.ErrorTypeOf(failure));

    /// <summary>Counts that the limit of a run was lowered.</summary>
    public void BackedOff() => instruments.BackOffs.Add(1, _model);

    /// <summary>Counts pairs that the engine did not have to score.</summary>
    /// <param name="cache">Pairs whose score this process knew.</param>
    /// <param name="sharedCache">Pairs whose score the processes shared.</param>
    public void PairsKnown(int cache, int sharedCache)
    {
        CountPairs("cache", cache);
        CountPairs("shared_cache", sharedCache);
    }

    /// <summary>Counts a run of pairs with a shared prefix.</summary>
    /// <param name="isComputed">Whether its keys and values had to be computed; else they were kept.</param>
    public void PrefixUsed(bool isComputed) =>
        instruments.Prefixes.Add(1, _model, new KeyValuePair<string, object?>(Source, isComputed ? "run" : "cache"));

    /// <summary>Counts a session that is loaded again.</summary>
    public void SessionReplaced() => instruments.Replaced.Add(1, _model);

    /// <summary>Counts a load.</summary>
    /// <param name="failure">Why it failed; null if it did not.</param>
    public void ModelLoaded(Exception? failure)
    {
        if (failure is null)
        {
            instruments.Loads.Add(1, _model);
        }
        else
        {
            instruments.Loads.Add(1, _model, ErrorOf(InferenceTelemetry.ErrorTypeOf(failure)));
        }
    }

    /// <summary>Counts that the model made room for another one.</summary>
    public void ModelUnloaded() => instruments.Unloads.Add(1, _model);

    /// <summary>Counts the time that a request waited for the model.</summary>
    public void RequestWaited(TimeSpan duration) => instruments.Waits.Record(duration.TotalSeconds, _model);

    private static KeyValuePair<string, object?> ErrorOf(string? errorType) => new(InferenceTelemetry.ErrorType, errorType);

    private void RunFailed(string? errorType) => instruments.Errors.Add(1, _model, ErrorOf(errorType));

    private void CountPairs(string source, int pairs)
    {
        if (pairs > 0)
        {
            instruments.Pairs.Add(pairs, _model, new KeyValuePair<string, object?>(Source, source));
        }
    }
}
