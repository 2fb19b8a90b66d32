using RerankFunctions.Tests.Support;

namespace RerankFunctions.Tests.Jobs.Simulation;

/// <summary>
/// Runs asynchronous code on one thread in virtual time. What is ready runs in an order drawn from the seed, so every interleaving
/// of the awaits can come up, and a seed that fails fails again.
/// </summary>
internal sealed class Schedule(int seed) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public Random Random { get; } = new(seed);

    public FakeTime Time { get; } = new();

    public static void Run(int seed, Func<Schedule, Task> root) => new Schedule(seed).Run(root);

    public override void Post(SendOrPostCallback d, object? state)
    {
        Assert.True(_thread == Environment.CurrentManagedThreadId, "Code of a schedule runs on another thread.");
        _ready.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public Task Delay(TimeSpan delay, CancellationToken cancellationToken = default) => Task.Delay(delay, Time, cancellationToken);

    public TimeSpan Between(double minMilliseconds, double maxMilliseconds) =>
        TimeSpan.FromMilliseconds(minMilliseconds + (Random.NextDouble() * (maxMilliseconds - minMilliseconds)));

    private void Run(Func<Schedule, Task> root)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = root(this);
            while (!task.IsCompleted)
            {
                Step();
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    private void Step()
    {
        if (_ready.Count > 0)
        {
            var chosen = Random.Next(_ready.Count);
            var (callback, state) = _ready[chosen];
            _ready[chosen] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            callback(state);
            return;
        }

        // Outside of the context, what a timer wakes is made ready instead of running inside the timer.
        SetSynchronizationContext(null);
        var fired = Time.FireNext();
        SetSynchronizationContext(this);
        Assert.True(fired, "Nothing is left that could happen: the code waits for ever.");
    }
}
