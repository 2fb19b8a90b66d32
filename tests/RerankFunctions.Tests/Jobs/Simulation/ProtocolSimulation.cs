using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Callbacks;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>Clients, workers and sweepers on one account, with storage that fails, loses responses, writes late and stalls, and with wrong clocks.</summary>
internal sealed class ProtocolSimulation
{
    /// <summary>A word in every query and document. Ids and hashes do not have its letters.</summary>
    public const string Secret = "plugh";

    private const int Clients = 5;
    private const int Replicas = 2;

    // Event id of the line "Attempt … lost its lease and stopped."
    private const int LeaseLost = 6;

    private static readonly JobsOptions Settings = new() { MaxInterruptions = 1_000 };

    // Leases of 30 s, sweeps every 15 s, messages that arrive late by up to two minutes, and runs of up to 90 s.
    private static readonly TimeSpan MaxLateness = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Limit = TimeSpan.FromHours(6);

    private readonly Schedule _schedule;
    private readonly Plant _plant;
    private readonly FakeAccount _account;
    private readonly Promises _promises;
    private readonly DateTimeOffset _faultsEnd;
    private readonly List<LogLine> _log = [];

    // Messages of dead hosts are hidden for ten minutes, which makes a schedule long.
    private readonly bool _checksMessages;

    private ProtocolSimulation(Schedule schedule, Plant plant)
    {
        _schedule = schedule;
        _plant = plant;
        _checksMessages = schedule.Random.Next(20) == 0;
        _account = new FakeAccount(schedule.Time);
        _promises = new Promises(_account, Settings.MaxAttempts);
        _faultsEnd = schedule.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
        _account.Receivers.Outcome = () => HasFaults && schedule.Random.Next(2) == 0
            ? new CallbackOutcome("The receiver answered with an error.", 503)
            : new CallbackOutcome(null, 204);
    }

    /// <summary>Runs one schedule to its end.</summary>
    /// <param name="seed">What decides the schedule.</param>
    /// <param name="plant">A defect; null for none.</param>
    /// <returns>What it met, for a test that wants to know that faults came up.</returns>
    /// <exception cref="InvalidOperationException">A promise was broken; the message has the seed and the last lines of the log.</exception>
    public static Outcome Run(int seed, Plant? plant = null)
    {
        var outcome = default(Outcome);
        ProtocolSimulation? simulation = null;
        try
        {
            Schedule.Run(seed, async schedule =>
            {
                simulation = new ProtocolSimulation(schedule, plant ?? Plant.None);
                outcome = await simulation.RunAsync();
            });
        }
        catch (Exception exception)
        {
            var journal = string.Join(Environment.NewLine, simulation!._log.TakeLast(100).Select(line => line.Text));
            throw new InvalidOperationException($"Seed {seed}: {exception.Message}{Environment.NewLine}{journal}", exception);
        }

        return outcome;
    }

    private bool HasFaults => _schedule.Time.GetUtcNow() < _faultsEnd;

    private async Task<Outcome> RunAsync()
    {
        var workers = new SimulatedWorkers(_schedule, _account, Start, _promises, _faultsEnd);
        for (var replica = 0; replica < Replicas; replica++)
        {
            _ = workers.RunReplicaAsync();
        }

        var clients = Enumerable.Range(0, Clients).Select(number => new SimulatedClient(_schedule, Start, number)).ToList();
        await Task.WhenAll(clients.Select(client => client.RunAsync()));
        var quiet = _schedule.Time.GetUtcNow() > _faultsEnd ? _schedule.Time.GetUtcNow() : _faultsEnd;
        while (HasFaults || _account.Names.Any(name => name.StartsWith("active/", StringComparison.Ordinal)))
        {
            Assert.True(_schedule.Time.GetUtcNow() < quiet + MaxLateness, $"Not ended in time: {string.Join(", ", _account.Names)}");
            AssertPromises();
            await _schedule.Delay(TimeSpan.FromSeconds(15));
        }

        while (clients.Any(client => client.AwaitsCallback(_account.Receivers)))
        {
            Assert.True(_schedule.Time.GetUtcNow() < quiet + Limit, "A callback does not come.");
            await _schedule.Delay(TimeSpan.FromMinutes(1));
        }

        Assert.All(_account.Receivers.Calls, call => Assert.True(call.Status.CompletedAt is not null));
        while (_checksMessages && _account.Messages > 0)
        {
            Assert.True(_schedule.Time.GetUtcNow() < quiet + Limit, "Messages go round for ever.");
            await _schedule.Delay(TimeSpan.FromMinutes(1));
        }

        foreach (var client in clients)
        {
            await client.CheckAsync();
        }

        // What a late write has left is found by the next sweep.
        await _schedule.Delay(TimeSpan.FromMinutes(5));
        AssertPromises();
        Assert.DoesNotContain(_account.Names, name => name.StartsWith("active/", StringComparison.Ordinal));
        Assert.DoesNotContain(_account.Queues.SelectMany(queue => queue.Sent), text => text.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.Text.Contains(Secret, StringComparison.Ordinal));
        return new Outcome(
            clients.Count(client => client.Accepted is not null),
            _account.Queues.Sum(queue => queue.Sent.Count),
            _account.Recovery.Sent.Count,
            _account.Poison.Values.Sum(queue => queue.Sent.Count),
            _log.Count(line => line.EventId == LeaseLost),
            _promises.Interruptions);
    }

    private void AssertPromises() => Assert.True(_promises.Violations.Count == 0, string.Join("; ", _promises.Violations));

    private Instance Start()
    {
        // Workers are off by up to ten minutes, storage is right.
        var skew = _schedule.Random.Next(3) == 0 ? _schedule.Between(-600_000, 600_000) : TimeSpan.Zero;
        var instance = new Instance(_schedule, _account, _log, Settings, skew: skew, plant: _plant);
        instance.Connection.Faults = ChooseFault;
        var isSlow = _schedule.Random.Next(3) == 0;
        instance.Connection.Latency = () => HasFaults && _schedule.Random.Next(isSlow ? 4 : 100) == 0
            ? _schedule.Between(10_000, 60_000)
            : _schedule.Between(1, 20);
        instance.Reranker.Duration = () => _schedule.Random.Next(2) == 0
            ? _schedule.Between(1_000, 90_000)
            : _schedule.Between(10, 1_000);
        instance.Reranker.Faults = request =>
            request.Query.EndsWith("fault", StringComparison.Ordinal) ? new ScoringException("The run failed.")
            : HasFaults && _schedule.Random.Next(5) == 0 ? new TimeoutException()
            : null;
        return instance;
    }

    private Fault ChooseFault(string call)
    {
        var isWrite = call.StartsWith("create", StringComparison.Ordinal) || call.StartsWith("replace", StringComparison.Ordinal);
        return !HasFaults ? Fault.None : _schedule.Random.Next(200) switch
        {
            < 6 => Fault.Unavailable,
            < 12 => Fault.LostResponse,
            < 20 when isWrite => Fault.RetriedAfterLoss,
            < 24 when isWrite => Fault.LateWrite,
            24 => Fault.CrashBefore,
            25 => Fault.CrashAfter,
            _ => Fault.None,
        };
    }

    /// <summary>What a schedule met.</summary>
    internal readonly record struct Outcome(int Accepted, int Messages, int Recoveries, int Poisoned, int LostLeases, int Interruptions);
}
