using System.Text.Json;
using RerankFunctions.Contracts;
using RerankFunctions.Jobs.Callbacks;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>The receivers of callbacks. All processes of an account call the same ones.</summary>
internal sealed class FakeReceivers
{
    /// <summary>Chooses what a call leads to; by default a success.</summary>
    public Func<CallbackOutcome> Outcome { get; set; } = () => new CallbackOutcome(null, 200);

    /// <summary>Every call, as address, id and the status that came.</summary>
    public List<(Uri Address, string Id, JobStatus Status)> Calls { get; } = [];

    /// <summary>Ids of the callbacks that were taken.</summary>
    public HashSet<string> Taken { get; } = [];

    public CallbackOutcome Receive(Uri address, string id, byte[] body)
    {
        Calls.Add((address, id, JsonSerializer.Deserialize(body, ContractsJson.Default.JobStatus)!));
        var outcome = Outcome();
        if (outcome.Error is null)
        {
            Taken.Add(id);
        }

        return outcome;
    }
}

/// <summary>The way from one process to the receivers.</summary>
internal sealed class FakeCallbackSender(FakeReceivers receivers, FakeConnection connection) : ICallbackSender
{
    public Task<CallbackOutcome> SendAsync(Uri address, string id, byte[] body, CancellationToken cancellationToken) => connection.CallAsync(
        "callback", () => receivers.Receive(address, id, body), () => new CallbackOutcome("The receiver cannot be reached."), cancellationToken);
}
