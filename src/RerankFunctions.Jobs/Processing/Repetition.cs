namespace RerankFunctions.Jobs.Processing;

/// <summary>An action that is repeated after a pause until it says no or is stopped.</summary>
/// <param name="pause">Time before each call.</param>
/// <param name="action">The action; it returns whether to go on, and must not throw.</param>
/// <param name="time">The clock of pauses.</param>
internal sealed class Repetition(TimeSpan pause, Func<Task<bool>> action, TimeProvider time) : IAsyncDisposable
{
    // The end of the repetition ends the pause; that is no error.
    private const ConfigureAwaitOptions EndOfPause =
        ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;

    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Starts the first pause.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Waits for a call under way and makes no further one.</summary>
    public async Task StopAsync()
    {
        _ending.Cancel();
        await _running;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        do
        {
            await Task.Delay(pause, time, _ending.Token).ConfigureAwait(EndOfPause);
        }
        while (!_ending.IsCancellationRequested && await action());
    }
}
