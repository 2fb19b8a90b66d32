using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>A client that submits one request, repeats the call until it is accepted, and may cancel the job.</summary>
internal sealed class SimulatedClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Schedule _schedule;
    private readonly Func<Instance> _start;
    private readonly string? _key;
    private readonly bool _isFaulty;
    private readonly bool _cancels;
    private readonly RerankRequest _request;
    private JobId? _accepted;
    private bool? _isCanceled;

    public SimulatedClient(Schedule schedule, Func<Instance> start, int number)
    {
        (_schedule, _start) = (schedule, start);
        _key = number % 2 == 0 ? $"key {number}" : null;
        _isFaulty = number == 1;
        _cancels = number == 4 || schedule.Random.Next(8) == 0;
        _request = new RerankRequest
        {
            Model = "demo",
            Query = $"{ProtocolSimulation.Secret} {number} {(_isFaulty ? "fault" : "query")}",
            Documents = [.. Enumerable.Range(0, 3 + number).Select(index => $"{ProtocolSimulation.Secret}{new string('d', index * 7 % 5)}")],
            Priority = schedule.Random.Next(3) == 0 ? 700 : null,
            CallbackUrl = schedule.Random.Next(4) == 0 ? new Uri($"https://receiver.example/{number}") : null,
            TimeoutSeconds = schedule.Random.Next(8) == 0 ? schedule.Random.Next(30, 300) : null,
        };
    }

    /// <summary>The job, once it is accepted.</summary>
    public JobId? Accepted => _accepted;

    /// <summary>Whether the job's receiver waits for a callback.</summary>
    public bool AwaitsCallback(FakeReceivers receivers) => _request.CallbackUrl is not null && !receivers.Taken.Contains(_accepted!.Value.ToString());

    public async Task RunAsync()
    {
        await _schedule.Delay(_schedule.Between(0, 120_000));
        for (var call = 0; call < 4; await _schedule.Delay(_schedule.Between(0, 20_000)))
        {
            // Several calls with one key, now and then at once.
            var calls = _key is null ? 1 : _schedule.Random.Next(1, 4);
            var accepted = await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => SubmitAsync()));
            if (accepted.Contains(true))
            {
                call += _key is null ? 4 : 1;
            }
        }

        if (_cancels)
        {
            await _schedule.Delay(_schedule.Between(0, 60_000));
            await CancelAsync();
        }
    }

    /// <summary>Checks what became of the job.</summary>
    public async Task CheckAsync()
    {
        var status = await _start().Reader.ReadAsync(_accepted!.Value, TimeSpan.Zero, CancellationToken.None);
        Assert.NotNull(status);
        if (_isCanceled is { } isCanceled)
        {
            Assert.Equal(isCanceled, status.Status == JobState.Canceled);
        }

        switch (status.Status)
        {
            case JobState.Succeeded:
                Assert.False(_isFaulty);
                var expected = _request.Documents
                    .Select((document, index) => (Logit: FakeReranker.Logit(document), Index: index))
                    .OrderByDescending(pair => pair.Logit)
                    .ThenBy(pair => pair.Index)
                    .Select(pair => new RerankResult(pair.Index, PairScores.Relevance(pair.Logit)));
                Assert.Equal(expected, status.Results);
                break;
            case JobState.Canceled:
                Assert.True(_cancels);
                break;
            default:
                Assert.Equal(JobState.Failed, status.Status);
                string[] allowed =
                [
                    FailureCodes.AttemptsExhausted,
                    .. _isFaulty ? [FailureCodes.ModelError] : Array.Empty<string>(),
                    .. _request.TimeoutSeconds is null ? [] : (string[])[FailureCodes.DeadlineExceeded],
                ];
                Assert.Contains(status.Error?.Code, allowed);
                break;
        }
    }

    private async Task<bool> SubmitAsync()
    {
        var submitting = _start().Submission.SubmitAsync(_request, _key, null, CancellationToken.None);
        await Task.WhenAny(submitting, _schedule.Delay(Patience));
        if (submitting.IsCompletedSuccessfully)
        {
            var id = (await submitting).Id;
            Assert.Equal(_accepted ?? id, id);
            _accepted = id;
            return true;
        }

        if (submitting.IsCompleted)
        {
            await World.AssertUnavailableAsync(() => submitting);
        }

        return false;
    }

    private async Task CancelAsync()
    {
        var canceling = _start().Cancellation.CancelAsync(_accepted!.Value, CancellationToken.None);
        await Task.WhenAny(canceling, _schedule.Delay(Patience));
        if (canceling.IsCompletedSuccessfully)
        {
            _isCanceled = (await canceling)!.Status.Status == JobState.Canceled;
        }
        else if (canceling.IsCompleted)
        {
            await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => canceling);
        }
    }
}
