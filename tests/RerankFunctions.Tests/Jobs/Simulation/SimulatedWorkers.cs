using RerankFunctions.Jobs.Protocol;
using RerankFunctions.Jobs.Storage;
using RerankFunctions.Tests.Jobs.Fakes;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>
/// Hosts that take messages as the Functions host does: hidden for ten minutes, tried again five seconds after a failure, poisoned
/// after a few deliveries. Each sweeps, too, whatever the others do. While faults last, each host is killed or shut down after a while and another one
/// starts; now and then a message is delivered twice, or received by nobody.
/// </summary>
internal sealed class SimulatedWorkers(Schedule schedule, FakeAccount account, Func<Instance> start, Promises promises, DateTimeOffset faultsEnd)
{
    private const int MaxDeliveries = 2;
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(15);

    private bool HasFaults => schedule.Time.GetUtcNow() < faultsEnd;

    /// <summary>Runs one replica for ever, host after host.</summary>
    public async Task RunReplicaAsync()
    {
        while (true)
        {
            var host = start();
            using var stop = new CancellationTokenSource();
            host.Reranker.Cancelled = request =>
            {
                if (stop.IsCancellationRequested)
                {
                    promises.Interrupt(host.Connection, request.Query);
                }
            };
            foreach (var queue in host.Poisoned.Queues)
            {
                _ = PumpAsync(queue, host, (text, token) => host.Processor.ProcessAsync(queue, text, token), stop.Token);
            }

            _ = PumpAsync(QueueKind.Callbacks, host, host.Callbacks.ProcessAsync, stop.Token);
            _ = SweepAsync(host, stop.Token);
            do
            {
                await schedule.Delay(schedule.Between(5_000, 150_000));
            }
            while (!HasFaults && !host.Connection.IsDead);

            if (schedule.Random.Next(2) == 0)
            {
                stop.Cancel();
                await schedule.Delay(ShutdownGrace);
            }

            host.Connection.Crash();
        }
    }

    private async Task SweepAsync(Instance host, CancellationToken stop)
    {
        while (!host.Connection.IsDead && !stop.IsCancellationRequested)
        {
            await schedule.Delay(SweepInterval, CancellationToken.None);
            try
            {
                await host.Sweeper.SweepAsync(stop);
                await host.PoisonSweeper.SweepAsync(stop);
            }
            catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException)
            {
                // The next sweep goes on.
                continue;
            }
        }
    }

    private async Task PumpAsync(QueueKind kind, Instance host, Func<string, CancellationToken, Task> handle, CancellationToken stop)
    {
        var queue = account.Of(kind);
        while (!host.Connection.IsDead && !stop.IsCancellationRequested)
        {
            if (queue.Receive(Hidden, schedule.Random) is not { } delivery)
            {
                await schedule.Delay(schedule.Between(100, 15_000), CancellationToken.None);
                continue;
            }

            if (HasFaults && schedule.Random.Next(3) == 0)
            {
                queue.Show(delivery, schedule.Between(0, 40_000));
            }

            if (HasFaults && schedule.Random.Next(20) == 0)
            {
                // The answer of the receive is lost.
                continue;
            }

            if (delivery.Deliveries > MaxDeliveries)
            {
                GiveUp(kind, delivery);
                continue;
            }

            try
            {
                await handle(delivery.Text, stop);
                queue.Delete(delivery);
            }
            catch (Exception exception) when (exception is StorageUnavailableException or OperationCanceledException or TimeoutException)
            {
                Fail(kind, delivery);
            }
        }
    }

    private void Fail(QueueKind queue, FakeQueue.Delivery delivery)
    {
        if (delivery.Deliveries < MaxDeliveries)
        {
            account.Of(queue).Show(delivery, TimeSpan.FromSeconds(5));
        }
        else
        {
            GiveUp(queue, delivery);
        }
    }

    private void GiveUp(QueueKind queue, FakeQueue.Delivery delivery)
    {
        account.PoisonOf(queue).Send(delivery.Text, TimeSpan.Zero);
        account.Of(queue).Delete(delivery);
    }
}
