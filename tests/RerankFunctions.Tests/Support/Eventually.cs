namespace RerankFunctions.Tests.Support;

/// <summary>Conditions that become true after a while.</summary>
internal static class Eventually
{
    /// <summary>Repeats a step until it returns true, for at most a minute.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> step)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await step())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
        }
    }
}
