using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.Scoring;
using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Serving;

/// <summary>
/// The models of a process. It fetches, loads and unloads them as <see cref="ResidencyPlan"/> decides, and owns what is loaded. A model is fetched at the
/// first request for it.
/// </summary>
internal sealed partial class ResidentModels : IAsyncDisposable
{
    private readonly ModelCatalog _catalog;
    private readonly Dictionary<string, ResidentModel> _byName;
    private readonly IReadOnlyList<ResidentModel> _models;
    private readonly ModelFetch _fetch;
    private readonly EngineFactory _engines;
    private readonly ModelMemory _memory;
    private readonly TimeSpan _minResidency;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private long _budget = long.MaxValue;
    private bool _isDisposed;

    /// <summary>Creates the models; nothing is fetched yet.</summary>
    /// <param name="catalog">The models.</param>
    /// <param name="loader">Fetches and loads them.</param>
    /// <param name="engines">Creates their engines.</param>
    /// <param name="instruments">Their measurements.</param>
    /// <param name="memory">The memory for them.</param>
    /// <param name="options">The minimum residency.</param>
    /// <param name="time">The clock of residencies and of pauses between tries.</param>
    /// <param name="logger">Receives every failed try, and what is unloaded.</param>
    public ResidentModels(
        ModelCatalog catalog,
        IModelLoader loader,
        EngineFactory engines,
        EngineInstruments instruments,
        ModelMemory memory,
        IOptions<ModelOptions> options,
        TimeProvider time,
        ILogger<ResidentModels> logger)
    {
        _catalog = catalog;
        _models = [.. catalog.Models.Select(model => new ResidentModel(model, new EngineMetrics(instruments, model.Name)))];
        _byName = _models.ToDictionary(model => model.Definition.Name, StringComparer.Ordinal);
        _fetch = new ModelFetch(loader, time, logger);
        _engines = engines;
        _memory = memory;
        _minResidency = options.Value.ModelMinResidency;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(_ => LookAgain(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Finds a model.</summary>
    /// <param name="name">Its name or an alias; null for the default one.</param>
    /// <returns>The model; null if it is not served.</returns>
    public ResidentModel? Find(string? name) => _catalog.Find(name) is { } definition ? _byName[definition.Name] : null;

    /// <summary>
    /// Returns the description of a model. Waits while it is fetched and loaded, but not for memory that other models use.
    /// </summary>
    /// <exception cref="ModelLoadException">The model cannot be loaded, and no further try is made.</exception>
    public async Task<ModelDescription> DescribeAsync(ResidentModel model, CancellationToken cancellationToken)
    {
        Task<ModelDescription> wanted;
        lock (_lock)
        {
            EnsureUsable(model);
            if (model is { Phase: ModelPhase.Ready, IsBroken: false, Fetched: { } fetched })
            {
                return fetched.Description;
            }

            wanted = model.Want();
            Step();
        }

        return await wanted.WaitAsync(cancellationToken);
    }

    /// <summary>Waits until a model is loaded and may be used.</summary>
    /// <exception cref="ModelLoadException">The model cannot be loaded, and no further try is made.</exception>
    public async Task<ModelLease> AcquireAsync(ResidentModel model, CancellationToken cancellationToken)
    {
        ModelWait wait;
        lock (_lock)
        {
            EnsureUsable(model);
            wait = new ModelWait(Now);
            model.Waiting.AddLast(wait);
            Step();
        }

        try
        {
            var lease = await wait.Granted.WaitAsync(cancellationToken);
            model.Metrics.RequestWaited(Now - wait.Since);
            return lease;
        }
        catch (OperationCanceledException)
        {
            Leave(model, wait);
            throw;
        }
    }

    /// <summary>Gives a model back that a request has used.</summary>
    public void Return(ResidentModel model)
    {
        lock (_lock)
        {
            model.Leases--;
            if (model.Leases == 0)
            {
                model.LastUsed = Now;
                Step();
            }
        }
    }

    /// <summary>Takes a model out of use whose session runs nothing any more.</summary>
    /// <param name="model">The model.</param>
    /// <param name="engine">Its engine when it failed.</param>
    /// <param name="reason">Why its last run failed, for the log.</param>
    public void Break(ResidentModel model, Engine engine, string reason)
    {
        lock (_lock)
        {
            if (model.Engine == engine && !model.IsBroken && !_isDisposed)
            {
                model.IsBroken = true;
                model.State = new ModelState(ModelStatus.Loading);
                LogBroken(_logger, model.Definition.Name, reason);
            }
        }
    }

    /// <summary>Fails all who wait, ends what is under way, waits for runs and frees all models.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            foreach (var model in _models)
            {
                model.FailWaiting(new ObjectDisposedException(nameof(ResidentModels)));
            }
        }

        await _stopped.CancelAsync();
        await _timer.DisposeAsync();
        foreach (var model in _models)
        {
            await model.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (model.Engine is { } engine)
            {
                await FreeAsync(model, engine);
            }
        }

        _stopped.Dispose();
    }

    private static async Task FreeAsync(ResidentModel model, Engine engine)
    {
        model.Metrics.Watch(null);
        await engine.DisposeAsync();
        engine.Model.Dispose();
    }

    private void EnsureUsable(ResidentModel model)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (model.Failure is { } failure)
        {
            throw failure;
        }
    }

    private void Leave(ResidentModel model, ModelWait wait)
    {
        lock (_lock)
        {
            if (model.Waiting.Remove(wait))
            {
                Step();
                return;
            }
        }

        // It was granted at the same moment.
        if (wait.Granted.IsCompletedSuccessfully)
        {
            wait.Granted.Result.Dispose();
        }
    }

    private void LookAgain()
    {
        lock (_lock)
        {
            Step();
        }
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "No run of the model {Name} succeeds any more ({Reason}). The model is loaded again.")]
    private static partial void LogBroken(ILogger logger, string name, string reason);
}
