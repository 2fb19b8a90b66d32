using System.Runtime.CompilerServices;

namespace RerankFunctions;

/// <summary>How long a test waits for an expected state before it fails. Shorter deadlines make no test faster.</summary>
internal static class Deadline
{
    /// <summary>For a process to start or end.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(60);

    /// <summary>For jobs to end.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls a condition until it holds; fails at the deadline.</summary>
    /// <param name="isDone">The condition.</param>
    /// <param name="expectation">What is expected, for the report; the condition itself by default.</param>
    /// <param name="describe">Describes what is there instead, for the report.</param>
    public static async Task UntilAsync(
        Func<Task<bool>> isDone, [CallerArgumentExpression(nameof(isDone))] string expectation = "", Func<string>? describe = null)
    {
        using var deadline = new CancellationTokenSource(Long);
        using var pause = new PeriodicTimer(Pause);
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

    /// <summary>Polls a condition until it holds; fails at the deadline.</summary>
    public static Task UntilAsync(Func<bool> isDone, [CallerArgumentExpression(nameof(isDone))] string expectation = "") =>
        UntilAsync(() => Task.FromResult(isDone()), expectation);
}
