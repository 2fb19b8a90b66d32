using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Processing;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>Clients, front instances and workers on one account, with storage that fails, loses responses and stalls.</summary>
internal sealed class ProtocolSimulation
{
    private const int Clients = 5;
    private const string Secret = "xyzzy";

    // Event id of the line "Attempt … lost its lease and stopped."
    private const int LeaseLost = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Limit = TimeSpan.FromHours(6);

    private readonly Schedule _schedule;
    private readonly FakeAccount _account;
    private readonly DateTimeOffset _faultsEnd;
    private readonly List<LogLine> _log = [];
    private readonly List<string> _violations = [];
    private readonly Dictionary<JobId, Accepted> _accepted = [];

    private ProtocolSimulation(Schedule schedule)
    {
        _schedule = schedule;
        _account = new FakeAccount(schedule.Time);
        _account.Written += WatchState;
        _account.Deleted += WatchMarker;
        _faultsEnd = schedule.Time.GetUtcNow() + TimeSpan.FromMinutes(5);
    }

    /// <summary>Runs one schedule to its end.</summary>
    /// <returns>What it met, for a test that wants to know that faults came up.</returns>
    public static Outcome Run(int seed)
    {
        var outcome = default(Outcome);
        Schedule.Run(seed, async schedule => outcome = await new ProtocolSimulation(schedule).RunAsync());
        return outcome;
    }

    private bool HasFaults => _schedule.Time.GetUtcNow() < _faultsEnd;

    private async Task<Outcome> RunAsync()
    {
        var workers = new SimulatedWorkers(_schedule, _account, Start, _faultsEnd);
        _ = workers.RunReplicaAsync();
        _ = workers.RunReplicaAsync();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(SubmitAsync));

        var limit = _schedule.Time.GetUtcNow() + Limit;
        while (HasFaults || _account.Jobs.Count + _account.Poison.Count > 0)
        {
            Assert.True(_schedule.Time.GetUtcNow() < limit, "Messages go round for ever.");
            await _schedule.Delay(TimeSpan.FromMinutes(1));
        }

        foreach (var (id, accepted) in _accepted)
        {
            await CheckAsync(id, accepted);
        }

        Assert.Empty(_violations);
        Assert.DoesNotContain(_account.Jobs.Sent, text => text.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(_log, line => line.Text.Contains(Secret, StringComparison.Ordinal));
        var lostLeases = _log.Count(line => line.EventId == LeaseLost);
        return new Outcome(_accepted.Count, _account.Jobs.Sent.Count, _account.Poison.Sent.Count, lostLeases);
    }

    private Instance Start()
    {
        var instance = new Instance(_schedule, _account, _log);
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

    private Fault ChooseFault(string call) => !HasFaults ? Fault.None : _schedule.Random.Next(200) switch
    {
        < 6 => Fault.Unavailable,
        < 12 => Fault.LostResponse,
        < 20 when call.StartsWith("create", StringComparison.Ordinal) || call.StartsWith("replace", StringComparison.Ordinal) =>
            Fault.RetriedAfterLoss,
        20 => Fault.CrashBefore,
        21 => Fault.CrashAfter,
        _ => Fault.None,
    };

    private async Task SubmitAsync(int client)
    {
        await _schedule.Delay(_schedule.Between(0, 120_000));
        var key = client % 2 == 0 ? $"key {client}" : null;
        var request = new RerankRequest
        {
            Model = "demo",
            Query = $"{Secret} {(client == 1 ? "fault" : "query")}",
            Documents = [.. Enumerable.Range(0, 3 + client).Select(index => $"{Secret}{new string('d', index * 7 % 5)}")],
        };
        JobId? first = null;
        for (var call = 0; ; call++)
        {
            var submitting = Start().Submission.SubmitAsync(request, key, null, CancellationToken.None);
            await Task.WhenAny(submitting, _schedule.Delay(Patience));
            if (submitting.IsCompletedSuccessfully)
            {
                var id = (await submitting).Id;
                Assert.Equal(first ?? id, id);
                first = id;
                _accepted[id] = new Accepted(request, key is not null);
                if (key is null || call > 2)
                {
                    return;
                }
            }
            else if (submitting.IsCompleted)
            {
                await World.AssertUnavailableAsync(() => submitting);
            }

            await _schedule.Delay(_schedule.Between(0, 20_000));
        }
    }

    private void WatchState(string name, string? before, string after)
    {
        if (!name.EndsWith("/status.json", StringComparison.Ordinal))
        {
            return;
        }

        var from = before is null ? (JobState?)null : JobStates.Of(before);
        var to = JobStates.Of(after);
        var isAllowed = (from, to) is (null, JobState.Queued)
            or (JobState.Queued, JobState.Running or JobState.Failed)
            or (JobState.Running, JobState.Queued or JobState.Running or JobState.Succeeded or JobState.Failed);
        if (!isAllowed)
        {
            _violations.Add($"{name}: {from} to {to}");
        }

        if (after.Contains(Secret, StringComparison.Ordinal))
        {
            _violations.Add($"{name}: text");
        }
    }

    private void WatchMarker(string name)
    {
        var state = JobStates.Of(_account.Text($"jobs/{name["active/".Length..]}/status.json"));
        if (state is JobState.Queued or JobState.Running)
        {
            _violations.Add($"{name}: deleted while {state}");
        }
    }

    private async Task CheckAsync(JobId id, Accepted accepted)
    {
        var status = await Start().Reader.ReadAsync(id, TimeSpan.Zero, CancellationToken.None);
        Assert.NotNull(status);
        if (status.Status == JobState.Succeeded)
        {
            var expected = accepted.Request.Documents
                .Select((document, index) => (Logit: FakeReranker.Logit(document), Index: index))
                .OrderByDescending(pair => pair.Logit)
                .ThenBy(pair => pair.Index)
                .Select(pair => new RerankResult(pair.Index, PairScores.Relevance(pair.Logit)));
            Assert.Equal(expected, status.Results);
        }
        else
        {
            Assert.Equal(JobState.Failed, status.Status);
            Assert.Contains(status.Error?.Code, new[] { FailureCodes.ModelError, FailureCodes.AttemptsExhausted });
        }

        // A later call with the same key may have died after it set the marker again, which is for a sweep to find.
        if (!accepted.HasKey)
        {
            Assert.DoesNotContain($"active/{id}", _account.Names);
        }
    }

    /// <summary>What a schedule met.</summary>
    internal readonly record struct Outcome(int Accepted, int Messages, int Poisoned, int LostLeases);

    private sealed record Accepted(RerankRequest Request, bool HasKey);
}
