using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.Scoring;
using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Serving;

/// <summary>What a process knows of one model. The lock of <see cref="ResidentModels"/> guards it, except for its state.</summary>
/// <param name="definition">The model.</param>
/// <param name="metrics">Its measurements.</param>
internal sealed class ResidentModel(ModelDefinition definition, EngineMetrics metrics)
{
    private volatile ModelState _state = new(ModelStatus.Loading);

    /// <summary>The model.</summary>
    public ModelDefinition Definition => definition;

    /// <summary>Its measurements.</summary>
    public EngineMetrics Metrics => metrics;

    /// <summary>Its state for callers.</summary>
    public ModelState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Where it is.</summary>
    public ModelPhase Phase { get; set; }

    /// <summary>The model on the local disk, once it is fetched.</summary>
    public FetchedModel? Fetched { get; set; }

    /// <summary>Its engine, which owns the loaded model; null while it is not loaded.</summary>
    public Engine? Engine { get; set; }

    /// <summary>Requests that use it.</summary>
    public int Leases { get; set; }

    /// <summary>Whether it makes room for another model and takes no more requests.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Whether its session runs nothing any more.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether a run of a request has succeeded after any of its loads that have ended.</summary>
    public bool HasScored { get; set; }

    /// <summary>When its load ended.</summary>
    public TimeSpan ReadyAt { get; set; }

    /// <summary>When a request began to use it, or the last one ended.</summary>
    public TimeSpan LastUsed { get; set; }

    /// <summary>Requests that wait for it, the first one first.</summary>
    public LinkedList<ModelWait> Waiting { get; } = [];

    /// <summary>Ends when the model is loaded, or waits for memory that others use; null if nobody asks.</summary>
    public TaskCompletionSource<ModelDescription>? Wanted { get; set; }

    /// <summary>Why it cannot be loaded.</summary>
    public ModelLoadException? Failure { get; set; }

    /// <summary>The fetch, load or unload under way.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Whether requests may use it.</summary>
    public bool IsOpen => Phase == ModelPhase.Ready && !IsClosed && !IsBroken;

    /// <summary>Returns what a plan needs to know.</summary>
    public ModelSlot ToSlot() => new(
        Phase, Fetched?.WeightBytes ?? 0, Leases, ReadyAt, LastUsed, Waiting.First?.Value.Since, Wanted is not null);

    /// <summary>Asks for the model to be loaded if there is room for it.</summary>
    /// <returns>Ends when it is loaded, or waits for memory that others use.</returns>
    public Task<ModelDescription> Want() =>
        (Wanted ??= new TaskCompletionSource<ModelDescription>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Answers those who want the model.</summary>
    public void EndWanted()
    {
        if (Fetched is { } fetched)
        {
            Wanted?.TrySetResult(fetched.Description);
            Wanted = null;
        }
    }

    /// <summary>Fails all who wait for the model.</summary>
    public void FailWaiting(Exception exception)
    {
        Wanted?.TrySetException(exception);
        Wanted = null;
        foreach (var wait in Waiting)
        {
            wait.Fail(exception);
        }

        Waiting.Clear();
    }
}
