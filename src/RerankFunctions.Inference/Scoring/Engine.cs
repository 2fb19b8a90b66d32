using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.Telemetry;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// Runs the jobs of one model. A thread forms the next micro-batch and writes its inputs while another runs the model, so that the device waits for neither.
/// A run starts as soon as the device is free and a pair waits.
/// </summary>
internal sealed class Engine : IAsyncDisposable
{
    private const int Slots = 2;

    private readonly object _lock = new();
    private readonly ScoringState _state;
    private readonly LoadedModel _model;
    private readonly TimeProvider _time;
    private readonly Stack<EngineSlot> _free = [];
    private readonly HashSet<ScoringJob> _touched = [];
    private readonly Task _threads;
    private EngineSlot? _prepared;
    private bool _isChanged;
    private bool _isStopped;
    private Exception? _breakdown;

    /// <summary>Creates the engine and starts its two threads.</summary>
    /// <param name="model">The model. It must outlive the engine.</param>
    /// <param name="state">The jobs.</param>
    /// <param name="metrics">Receives what runs take, and their failures.</param>
    /// <param name="time">The clock of deadlines.</param>
    public Engine(LoadedModel model, ScoringState state, EngineMetrics metrics, TimeProvider time)
    {
        _model = model;
        _state = state;
        _time = time;
        for (var i = 0; i < Slots; i++)
        {
            _free.Push(new EngineSlot(model.Family.CreateMicroBatch(), metrics, time));
        }

        _threads = Task.WhenAll(EngineThread.Start("Rerank former", FormRuns), EngineThread.Start("Rerank device", Execute));
    }

    /// <summary>The model.</summary>
    public LoadedModel Model => _model;

    /// <summary>Returns the work of a class that waits.</summary>
    public WaitingWork CountWaiting(WorkClass workClass)
    {
        lock (_lock)
        {
            return _state.CountWaiting(workClass);
        }
    }

    /// <summary>Scores a job. Ends when all its pairs are done.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Drops the job: none of its pairs starts any more.</param>
    /// <exception cref="ScoringException">The model gave no usable score for a pair.</exception>
    /// <exception cref="OutOfMemoryException">A run of a single pair had not enough memory.</exception>
    /// <exception cref="BrokenSessionException">No run of the model succeeds any more.</exception>
    public async Task ScoreAsync(ScoringJob job, CancellationToken cancellationToken)
    {
        // Before the first run can start, so that a cancellation is never late.
        await using var cancellation = cancellationToken.UnsafeRegister((_, token) => Cancel(job, token), null);
        bool isKnown;
        lock (_lock)
        {
            if (_breakdown is not null)
            {
                throw new BrokenSessionException(_breakdown, isSuspect: false);
            }

            ObjectDisposedException.ThrowIf(_isStopped, this);
            if (!job.IsDropped)
            {
                _state.Add(job);
                Changed();
            }

            isKnown = job.IsComplete;
        }

        if (isKnown)
        {
            job.Report();
        }

        await job.Ended;
    }

    /// <summary>Waits for the run under way and stops. No run starts afterwards; jobs that are not done fail.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.PulseAll(_lock);
        }

        await _threads;
        lock (_lock)
        {
            _state.FailAll(static _ => new ObjectDisposedException(nameof(Engine)));
        }
    }

    private void Cancel(ScoringJob job, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _state.Drop(job);
            if (job.IsDropped)
            {
                job.Cancel(cancellationToken);
                Changed();
            }
        }
    }

    private void Changed()
    {
        _isChanged = true;
        Monitor.PulseAll(_lock);
    }

    private void FormRuns()
    {
        lock (_lock)
        {
            while (!_isStopped)
            {
                if (!TryPrepare())
                {
                    Monitor.Wait(_lock);
                }
            }
        }
    }

    private void Execute()
    {
        while (TakeNext() is { } slot)
        {
            End(slot, slot.Execute());
        }
    }

    private EngineSlot? TakeNext()
    {
        lock (_lock)
        {
            while (!_isStopped)
            {
                if (_prepared is { } slot && !slot.Run.HasUnwanted(_time.GetUtcNow()))
                {
                    _prepared = null;
                    Monitor.PulseAll(_lock);
                    return slot;
                }

                _isChanged = true;
                if (!TryPrepare())
                {
                    Monitor.Wait(_lock);
                }
            }

            return null;
        }
    }

    private void End(EngineSlot slot, Exception? failure)
    {
        // A pair that fails alone is at fault only if the session still scores another.
        var isBroken = failure is not (null or OutOfMemoryException) && slot.Run.Count == 1 && !slot.CanScore(_model.Family);
        lock (_lock)
        {
            if (isBroken)
            {
                (_breakdown, _isStopped) = (failure, true);
                _state.Break(slot.Run, failure!);
                Monitor.PulseAll(_lock);
                return;
            }

            if (failure is null)
            {
                _model.HasScored = true;
                _state.Settle(slot.Run, slot.Logits, _touched);
            }
            else
            {
                _state.Fail(slot.Run, failure);
            }

            _free.Push(slot);
            Changed();
        }

        foreach (var job in _touched)
        {
            job.Report();
        }

        _touched.Clear();
    }

    /// <summary>Prepares the next run, or forms a prepared one anew where that is better. The lock is held, so no job ends while its pairs are read.</summary>
    /// <returns>Whether a run was prepared.</returns>
    private bool TryPrepare()
    {
        var now = _time.GetUtcNow();
        if (_prepared is { } prepared)
        {
            if (!_isChanged || !_state.IsOutdated(prepared.Run, now))
            {
                _isChanged = false;
                return false;
            }

            _prepared = null;
            _state.PutBack(prepared.Run);
            _free.Push(prepared);
        }

        _isChanged = false;
        while (_free.TryPop(out var slot))
        {
            if (!_state.TryForm(slot.Run, now))
            {
                _free.Push(slot);
                return false;
            }

            if (slot.Prepare() is not { } failure)
            {
                _prepared = slot;
                Monitor.PulseAll(_lock);
                return true;
            }

            _state.Fail(slot.Run, failure);
            _free.Push(slot);
        }

        return false;
    }
}
