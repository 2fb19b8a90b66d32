using Microsoft.Extensions.Logging;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Loading;
using RerankFunctions.Inference.Scoring;

namespace RerankFunctions.Inference.Serving;

/// <content>What follows from a plan.</content>
internal sealed partial class ResidentModels
{
    /// <summary>Carries out what the plan of this moment says. The lock is held. Called after every change.</summary>
    private void Step()
    {
        if (_isDisposed)
        {
            return;
        }

        var now = Now;
        var plan = ResidencyPlan.Make([.. _models.Select(static model => model.ToSlot())], _budget, _minResidency, now);
        // Up to the next millisecond, which is the precision of timers.
        _timer.Change(
            plan.LookAgainAt is { } at ? TimeSpan.FromMilliseconds(Math.Ceiling((at - now).TotalMilliseconds)) : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        for (var index = 0; index < _models.Count; index++)
        {
            var model = _models[index];
            model.IsClosed = plan.Closed.Contains(index);
            Advance(model, index == plan.Load, now);
            if (plan.DefersWanted || model.Phase == ModelPhase.Unloading)
            {
                Defer(model);
            }
        }
    }

    private void Advance(ResidentModel model, bool loads, TimeSpan now)
    {
        switch (model.Phase)
        {
            case ModelPhase.Unknown when model.Wanted is not null || model.Waiting.Count > 0:
                model.Phase = ModelPhase.Fetching;
                model.Work = Task.Run(() => FetchAsync(model));
                break;
            case ModelPhase.Absent when loads:
                model.Phase = ModelPhase.Loading;
                model.State = new ModelState(ModelStatus.Loading, model.Fetched!.Description);
                model.Work = Task.Run(() => LoadAsync(model, model.Fetched));
                break;
            case ModelPhase.Ready when model.IsOpen:
                Serve(model, now);
                break;
            case ModelPhase.Ready when model.Leases == 0:
                model.Phase = ModelPhase.Unloading;
                model.Work = Task.Run(() => UnloadAsync(model, model.Engine!));
                break;
        }
    }

    private void Serve(ResidentModel model, TimeSpan now)
    {
        foreach (var wait in model.Waiting)
        {
            model.Leases++;
            model.LastUsed = now;
            wait.Grant(new ModelLease(this, model, model.Engine!));
        }

        model.Waiting.Clear();
    }

    private static void Defer(ResidentModel model)
    {
        if (model is { Phase: ModelPhase.Absent or ModelPhase.Unloading, IsBroken: false })
        {
            model.EndWanted();
            model.State = new ModelState(ModelStatus.Unloaded, model.Fetched!.Description);
        }
    }

    private async Task FetchAsync(ResidentModel model)
    {
        try
        {
            var fetched = await _fetch.RunAsync(model, _stopped.Token);
            var budget = _memory.Budget;
            lock (_lock)
            {
                model.Fetched = fetched;
                model.Phase = ModelPhase.Absent;
                _budget = budget;
                if (fetched.WeightBytes > budget)
                {
                    Fail(model, ModelMemory.TooLarge(model.Definition, fetched.WeightBytes, budget));
                }

                Step();
            }
        }
        catch (Exception exception) when (!_stopped.IsCancellationRequested)
        {
            Fail(model, exception);
        }
    }

    private async Task LoadAsync(ResidentModel model, FetchedModel fetched)
    {
        try
        {
            var engine = _engines.Create(await fetched.LoadAsync(_stopped.Token), model.Metrics);
            model.Metrics.Watch(engine.CountWaiting);
            model.Metrics.ModelLoaded(failure: null);
            lock (_lock)
            {
                model.Engine = engine;
                model.Phase = ModelPhase.Ready;
                model.State = new ModelState(ModelStatus.Ready, engine.Model.Family.Description);
                model.ReadyAt = model.LastUsed = Now;
                model.EndWanted();
                Step();
            }
        }
        catch (Exception exception) when (!_stopped.IsCancellationRequested)
        {
            model.Metrics.ModelLoaded(exception);
            Fail(model, exception);
        }
    }

    private async Task UnloadAsync(ResidentModel model, Engine engine)
    {
        await FreeAsync(model, engine);
        lock (_lock)
        {
            model.Engine = null;
            model.Phase = ModelPhase.Absent;
            model.HasScored |= engine.Model.HasScored;
            if (!model.IsBroken)
            {
                model.Metrics.ModelUnloaded();
                LogUnloaded(_logger, model.Definition.Name);
            }
            else if (model.HasScored)
            {
                model.Metrics.SessionReplaced();
                _ = model.Want();
            }
            else
            {
                // One that has never scored is not worth another try.
                Fail(model, new ModelLoadException("The model is loaded, but none of its runs succeeds.") { Code = ModelFailureCodes.RunsFail });
            }

            model.IsBroken = false;
            Step();
        }
    }

    private void Fail(ResidentModel model, Exception exception)
    {
        // The message of an exception that no loader throws on purpose may hold anything.
        var failure = exception as ModelLoadException
            ?? new ModelLoadException($"The model cannot be loaded because of an unexpected {exception.GetType().Name}.", exception)
            {
                Code = ModelFailureCodes.LoadFailed,
            };
        LogFailed(_logger, model.Definition.Name, failure.Code, failure.Message);
        lock (_lock)
        {
            model.Phase = ModelPhase.Failed;
            model.Failure = failure;
            model.State = new ModelState(ModelStatus.Failed, Failure: new ModelFailure(failure.Code, failure.Message, failure.IsTransient));
            model.FailWaiting(failure);
            Step();
        }
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "The model {Name} cannot be loaded ({Code}): {Reason}")]
    private static partial void LogFailed(ILogger logger, string name, string code, string reason);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "The model {Name} is unloaded, because another one needs its memory.")]
    private static partial void LogUnloaded(ILogger logger, string name);
}
