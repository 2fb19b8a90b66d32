using System.Globalization;
using RerankFunctions.EndToEnd.Support;

namespace RerankFunctions.EndToEnd.Chaos;

/// <summary>Two workers that are replaced when they die. Where libfaketime is installed, the clock of each new one is off by up to ten minutes.</summary>
internal sealed class ChaosWorkers(string storage, Random random, params (string Name, string Value)[] settings) : IAsyncDisposable
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
    private const int MaxSkewSeconds = 600;

    private readonly AppServer?[] _workers = new AppServer?[2];
    private readonly List<string> _outputs = [];

    /// <summary>What all workers have written.</summary>
    public string Output => string.Join('\n', _outputs.Concat(_workers.Select(worker => worker?.Process.Output ?? "")));

    /// <summary>Resident memory of the workers that run, in bytes.</summary>
    public IEnumerable<long> Memory => _workers.OfType<AppServer>().Select(worker => worker.Process.Memory);

    public Task StartAsync() => Task.WhenAll(Enumerable.Range(0, _workers.Length).Select(ReplaceAsync));

    /// <summary>Returns the client of any worker that answers now; null if none does.</summary>
    public Api? Any()
    {
        var first = Random.Shared.Next(_workers.Length);
        return (Volatile.Read(ref _workers[first]) ?? Volatile.Read(ref _workers[1 - first]))?.Api;
    }

    /// <summary>Kills or stops a worker and starts another one in its place.</summary>
    /// <param name="isKill">Whether the worker is killed; else it is asked to stop.</param>
    /// <param name="killed">Called with its process id once it is dead.</param>
    public async Task ReplaceAnyAsync(bool isKill, Func<int, Task> killed)
    {
        var place = random.Next(_workers.Length);
        var worker = _workers[place]!;
        if (isKill)
        {
            var process = worker.Process.Id;
            Volatile.Write(ref _workers[place], null);
            await worker.Process.KillAsync();
            await killed(process);
        }
        else
        {
            worker.Process.Terminate();
            Volatile.Write(ref _workers[place], null);
            await worker.Process.WaitForExitAsync();
        }

        _outputs.Add(worker.Process.Output);
        await worker.DisposeAsync();
        await ReplaceAsync(place);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            if (worker is not null)
            {
                await worker.DisposeAsync();
            }
        }
    }

    private async Task ReplaceAsync(int place)
    {
        (string, string)[] clock = !File.Exists(FakeTime) ? [] :
        [
            ("LD_PRELOAD", FakeTime),
            ("FAKETIME", random.Next(-MaxSkewSeconds, MaxSkewSeconds).ToString("+#;-#;+0", CultureInfo.InvariantCulture)),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            // Without it, threads that wait for a time wake at once, again and again.
            ("FAKETIME_FORCE_MONOTONIC_FIX", "0"),
        ];
        var worker = AppServer.Launch(storage, [.. clock, .. settings]);
        try
        {
            await worker.WaitUntilListeningAsync();
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }

        Volatile.Write(ref _workers[place], worker);
    }
}
