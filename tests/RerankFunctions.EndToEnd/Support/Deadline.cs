namespace RerankFunctions.EndToEnd.Support;

/// <summary>How long a test waits for what must happen before it fails; no test is faster for having short ones.</summary>
internal static class Deadline
{
    /// <summary>For a process to start or end.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(60);

    /// <summary>For jobs to end.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(120);

    /// <summary>Asks again and again until the answer is yes, or fails.</summary>
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
            Assert.Fail($"{expectation}: not within {Long}.\n{describe?.Invoke()}");
        }
    }
}
