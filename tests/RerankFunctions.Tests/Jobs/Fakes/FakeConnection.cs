using RerankFunctions.Jobs.Storage;
using RerankFunctions.Tests.Jobs.Simulation;

namespace RerankFunctions.Tests.Jobs.Fakes;

/// <summary>
/// The connection of one process to the fake account. Calls are named after their effect, for instance <c>create active/…</c>. The
/// calls of a crashed process never complete and change nothing.
/// </summary>
internal sealed class FakeConnection(Schedule schedule)
{
    public List<string> Calls { get; } = [];

    /// <summary>The fault of a call, by its name.</summary>
    public Func<string, Fault> Faults { get; set; } = _ => Fault.None;

    /// <summary>Duration of half a round trip.</summary>
    public Func<TimeSpan> Latency { get; set; } = () => TimeSpan.FromMilliseconds(1);

    /// <summary>The largest number of calls that were under way at once.</summary>
    public int MostAtOnce { get; set; }

    public bool IsDead { get; private set; }

    private int UnderWay { get; set; }

    public void Crash() => IsDead = true;

    public async Task<T> CallAsync<T>(string name, Func<T> effect, Func<T> conflict, CancellationToken cancellationToken)
    {
        Calls.Add(name);
        MostAtOnce = Math.Max(MostAtOnce, ++UnderWay);
        try
        {
            return await AnswerAsync(name, effect, conflict, cancellationToken);
        }
        finally
        {
            UnderWay--;
        }
    }

    private async Task<T> AnswerAsync<T>(string name, Func<T> effect, Func<T> conflict, CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken);
        var fault = Faults(name);
        switch (fault)
        {
            case Fault.Unavailable:
                throw new StorageUnavailableException("Storage is down.");
            case Fault.LateWrite:
                _ = LateAsync(effect);
                throw new StorageUnavailableException("Storage did not answer in time.");
            case Fault.CrashBefore:
                await DieAsync();
                break;
        }

        var result = effect();
        if (fault == Fault.CrashAfter)
        {
            await DieAsync();
        }

        await TravelAsync(cancellationToken);
        return fault switch
        {
            Fault.LostResponse => throw new StorageUnavailableException("The response was lost."),
            Fault.RetriedAfterLoss => conflict(),
            _ => result,
        };
    }

    private async Task LateAsync<T>(Func<T> effect)
    {
        await schedule.Delay(schedule.Between(1_000, 240_000), CancellationToken.None);
        effect();
    }

    private async Task TravelAsync(CancellationToken cancellationToken)
    {
        await schedule.Delay(Latency(), cancellationToken);
        if (IsDead)
        {
            await DieAsync();
        }
    }

    private Task DieAsync()
    {
        Crash();
        return new TaskCompletionSource().Task;
    }
}
