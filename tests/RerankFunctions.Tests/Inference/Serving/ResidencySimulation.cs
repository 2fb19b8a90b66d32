using RerankFunctions.Inference.Serving;

namespace RerankFunctions.Tests.Inference.Serving;

/// <summary>
/// Random requests for random models in simulated time, in seconds. Models never exceed the budget, none is unloaded before its residency or while a request
/// uses it, and every request that does not give up gets its model within a bound.
/// </summary>
internal sealed class ResidencySimulation
{
    private const int Budget = 10;

    private readonly int _seed;
    private readonly Random _random;
    private readonly ModelSlot[] _models;
    private readonly List<Request>[] _waiting;
    private readonly PriorityQueue<Action, (TimeSpan, int)> _events = new();
    private readonly TimeSpan _residency;
    private readonly TimeSpan _load;
    private readonly TimeSpan _unload;
    private readonly TimeSpan _longest;
    private readonly TimeSpan _bound;
    private readonly HashSet<TimeSpan> _looks = [];
    private TimeSpan _now;
    private int _order;
    private int _open;

    public ResidencySimulation(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _models = [.. Enumerable.Range(0, _random.Next(2, 6)).Select(_ => new ModelSlot(ModelPhase.Absent, _random.Next(1, Budget + 1)))];
        _waiting = [.. _models.Select(_ => new List<Request>())];
        _residency = TimeSpan.FromSeconds(new[] { 0, 5, 20 }[_random.Next(3)]);
        _load = TimeSpan.FromSeconds(_random.Next(0, 5));
        _unload = TimeSpan.FromSeconds(_random.Next(0, 2));
        _longest = TimeSpan.FromSeconds(_random.Next(1, 15));

        // Each other model can be served once before: until the load under way has ended, for its residency, its work, its end and the next load.
        _bound = _models.Length * (_load + _residency + _longest + _unload + _load);
    }

    public void Run()
    {
        for (var request = 0; request < 100; request++)
        {
            At(TimeSpan.FromSeconds(_random.Next(300)), Arrive);
        }

        while (_events.TryDequeue(out var occurs, out var due))
        {
            _now = due.Item1;
            occurs();
            Step();
        }

        Check(_open == 0, $"{_open} requests wait for ever");
    }

    private void Arrive()
    {
        // Some models are much in demand.
        var model = Math.Min(_random.Next(_models.Length), _random.Next(_models.Length));
        if (_random.Next(10) == 0)
        {
            _models[model] = _models[model] with { IsWanted = true };
            return;
        }

        var request = new Request(_now, TimeSpan.FromSeconds(_random.Next(1, (int)_longest.TotalSeconds + 1)));
        _waiting[model].Add(request);
        _open++;
        if (_random.Next(5) == 0)
        {
            At(_now + TimeSpan.FromSeconds(_random.Next(30)), () => _open -= _waiting[model].Remove(request) ? 1 : 0);
        }
    }

    private void Step()
    {
        for (var model = 0; model < _models.Length; model++)
        {
            _models[model] = _models[model] with { WaitingSince = _waiting[model] is [var first, ..] ? first.Since : null };
        }

        var plan = ResidencyPlan.Make(_models, Budget, _residency, _now);
        for (var model = 0; model < _models.Length; model++)
        {
            Advance(model, plan);
        }

        Check(_models.Where(model => model.IsResident).Sum(model => model.Bytes) <= Budget, "over the budget");
        Check(_models.Count(model => model.Phase == ModelPhase.Loading) <= 1, "two loads at a time");
        if (plan.LookAgainAt is { } at)
        {
            Check(at > _now, "looks again at once");
            if (_looks.Add(at))
            {
                At(at, () => { });
            }
        }
    }

    private void Advance(int model, ResidencyPlan plan)
    {
        var slot = _models[model];
        switch (slot.Phase)
        {
            case ModelPhase.Absent when plan.Load == model:
                _models[model] = slot with { Phase = ModelPhase.Loading, IsWanted = false };
                At(_now + _load, () => _models[model] = _models[model] with { Phase = ModelPhase.Ready, ReadyAt = _now, LastUsed = _now });
                break;
            case ModelPhase.Absent when plan.DefersWanted:
                _models[model] = slot with { IsWanted = false };
                break;
            case ModelPhase.Ready when !plan.Closed.Contains(model):
                _waiting[model].ForEach(request => Grant(model, request));
                _waiting[model].Clear();
                break;
            case ModelPhase.Ready when slot.Leases == 0:
                Check(_now >= slot.ReadyAt + _residency, "unloaded before its residency");
                _models[model] = slot with { Phase = ModelPhase.Unloading };
                At(_now + _unload, () => _models[model] = _models[model] with { Phase = ModelPhase.Absent });
                break;
        }
    }

    private void Grant(int model, Request request)
    {
        Check(_now - request.Since <= _bound, $"a request waited {_now - request.Since}, the bound is {_bound}");
        _open--;
        _models[model] = _models[model] with { Leases = _models[model].Leases + 1, LastUsed = _now };
        At(_now + request.Duration, () =>
        {
            var left = _models[model].Leases - 1;
            _models[model] = _models[model] with { Leases = left, LastUsed = left == 0 ? _now : _models[model].LastUsed };
        });
    }

    private void At(TimeSpan time, Action occurs) => _events.Enqueue(occurs, (time, _order++));

    private void Check(bool holds, string fault) => Assert.True(holds, $"Seed {_seed} at {_now}: {fault}.");

    private sealed record Request(TimeSpan Since, TimeSpan Duration);
}
