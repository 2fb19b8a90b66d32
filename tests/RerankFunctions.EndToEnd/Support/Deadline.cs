namespace RerankFunctions.EndToEnd.Support;

/// <summary>How long a test waits for an expected state before it fails. Shorter deadlines make no test faster.</summary>
internal static class Deadline
{
    /// <summary>For a process to start or end.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(60);

    /// <summary>For jobs to end.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(120);

    /// <summary>Polls a condition until it holds; fails at the deadline.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isDone, string expectation, Func<string>? describe = null)
    {
        using var deadline = new CancellationTokenSource(Long);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!await isDone())
            {
                await pause.WaitForNextTickAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Assert.Fail($"Not within {Long}: {expectation}.\n{describe?.Invoke()}");
        }
    }
}
