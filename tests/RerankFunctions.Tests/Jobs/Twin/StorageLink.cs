using RerankFunctions.Jobs;

namespace RerankFunctions.Tests.Jobs.Twin;

/// <summary>
/// One process's way to storage. Calls are named by what they do, for instance <c>create active/…</c>; a process that has crashed
/// never hears of its calls again, and they change nothing.
/// </summary>
internal sealed class StorageLink(Schedule schedule)
{
    public List<string> Calls { get; } = [];

    /// <summary>What goes wrong with the call of a name.</summary>
    public Func<string, Fault> Faults { get; set; } = _ => Fault.None;

    /// <summary>How long half a round trip takes.</summary>
    public Func<TimeSpan> Latency { get; set; } = () => TimeSpan.FromMilliseconds(1);

    public bool IsDead { get; private set; }

    public void Crash() => IsDead = true;

    public async Task<T> CallAsync<T>(string name, Func<T> effect, T conflict, CancellationToken cancellationToken)
    {
        Calls.Add(name);
        await TravelAsync(cancellationToken);
        var fault = Faults(name);
        switch (fault)
        {
            case Fault.Unavailable:
                throw new StorageUnavailableException("Storage is down.");
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
            Fault.RetriedAfterLoss => conflict,
            _ => result,
        };
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
