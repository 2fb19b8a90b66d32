using System.Text.Json;
using RerankFunctions.Contracts;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>Watches every write and deletion of a simulated account, and collects what breaks the promises of the protocol.</summary>
internal sealed class Promises
{
    private readonly FakeAccount _account;
    private readonly int _maxAttempts;
    private readonly Dictionary<string, (FakeConnection? Host, string Request)> _owners = [];
    private readonly HashSet<(FakeConnection Host, string Owner)> _interrupted = [];

    public Promises(FakeAccount account, int maxAttempts)
    {
        _account = account;
        _maxAttempts = maxAttempts;
        account.Written += OnWritten;
        account.Deleted += OnDeleted;
    }

    public List<string> Violations { get; } = [];

    /// <summary>Number of attempts that shutdowns have ended.</summary>
    public int Interruptions { get; private set; }

    /// <summary>Tells that a host that stops ends its attempt at the request with a query.</summary>
    public void Interrupt(FakeConnection host, string query)
    {
        // Two attempts of a host at one job cannot be told apart here.
        var owners = _owners.Where(entry => entry.Value.Host == host && entry.Value.Request.Contains(query, StringComparison.Ordinal)).ToList();
        if (owners is [var only])
        {
            _interrupted.Add((host, only.Key));
        }
    }

    private void OnWritten(string name, string? before, string after)
    {
        if (name.StartsWith("jobs/", StringComparison.Ordinal) && name.EndsWith("/status.json", StringComparison.Ordinal))
        {
            CheckState(name, before is null ? null : new State(before), new State(after));
        }
        else if (before is not null && !name.EndsWith("/callback.json", StringComparison.Ordinal))
        {
            Violations.Add($"{name}: overwritten");
        }

        if (!name.EndsWith("/request.json", StringComparison.Ordinal) && after.Contains(ProtocolSimulation.Secret, StringComparison.Ordinal))
        {
            Violations.Add($"{name}: text");
        }
    }

    private void CheckState(string name, State? before, State after)
    {
        var isAllowed = (before?.Value, after.Value) is (null, JobState.Queued)
            or (JobState.Queued, _)
            or (JobState.Running, _);
        if (!isAllowed)
        {
            Violations.Add($"{name}: {before?.Value} to {after.Value}");
        }

        if (before is null)
        {
            return;
        }

        if (before.Value == JobState.Running && before.LeaseUntil > _account.Time && after.Value != JobState.Canceled)
        {
            var holder = _owners.GetValueOrDefault(before.Owner!).Host;
            if (holder != _account.Writer || after.Recoveries > before.Recoveries)
            {
                Violations.Add($"{name}: a live lease was broken");
            }
        }

        var answer = name.Replace("status.json", $"results/{after.ResultAttempt}.json", StringComparison.Ordinal);
        if (after.Value == JobState.Succeeded && !_account.Names.Contains(answer))
        {
            Violations.Add($"{name}: succeeded without an answer");
        }

        if (after.Error == "attempts_exhausted" && after.Attempt - after.Interruptions < _maxAttempts)
        {
            Violations.Add($"{name}: exhausted with attempts left");
        }

        if (before.Value == JobState.Running
            && after.Value is JobState.Queued or JobState.Failed
            && after.Recoveries == before.Recoveries
            && _account.Writer is { } writer
            && _interrupted.Remove((writer, before.Owner!)))
        {
            Interruptions++;
            if (after.Interruptions == before.Interruptions && after.Error is null or "attempts_exhausted")
            {
                Violations.Add($"{name}: an interruption counts as an attempt");
            }
        }

        if (after.Value == JobState.Running && after.Owner != before.Owner)
        {
            _owners[after.Owner!] = (_account.Writer, _account.Text(name.Replace("status.json", "request.json", StringComparison.Ordinal)));
        }
    }

    private void OnDeleted(string name)
    {
        if (!name.StartsWith("active/", StringComparison.Ordinal))
        {
            return;
        }

        var status = $"jobs/{name["active/".Length..]}/status.json";
        if (_account.Names.Contains(status) && new State(_account.Text(status)).Value is JobState.Queued or JobState.Running)
        {
            Violations.Add($"{name}: deleted while the job is active");
        }
    }

    /// <summary>What <c>status.json</c> says, past every service.</summary>
    private sealed class State
    {
        public State(string json)
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            Value = root.GetProperty("state").Deserialize<JobState>();
            Owner = Text(root, "owner");
            LeaseUntil = root.TryGetProperty("lease_until", out var lease) ? lease.GetDateTimeOffset() : null;
            Attempt = Number(root, "attempt");
            Interruptions = Number(root, "interruptions");
            Recoveries = Number(root, "recoveries");
            ResultAttempt = Number(root, "result_attempt");
            Error = root.TryGetProperty("error", out var error) ? Text(error, "Code") ?? Text(error, "code") : null;
        }

        public JobState Value { get; }

        public string? Owner { get; }

        public DateTimeOffset? LeaseUntil { get; }

        public int Attempt { get; }

        public int Interruptions { get; }

        public int Recoveries { get; }

        public int ResultAttempt { get; }

        public string? Error { get; }

        private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

        private static int Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
    }
}
