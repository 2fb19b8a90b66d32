using RerankFunctions.Cli.Display;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Cli.Service;

namespace RerankFunctions.Cli.Commands;

/// <summary>Waits for the end of a batch.</summary>
internal static class BatchWait
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(15);

    /// <summary>Polls a batch until it has ended, shows its progress and writes its last state.</summary>
    /// <returns>1 if the batch or one of its jobs failed.</returns>
    public static async Task<int> RunAsync(Invocation invocation, ServiceClient client, string route, CancellationToken cancellationToken)
    {
        var now = (Part: 0.0, Text: "validating");
        var polling = PollAsync(invocation, client, route, batch => now = Describe(batch), cancellationToken);
        await ProgressDisplay.ShowAsync(invocation.Terminal, polling, () => now);
        var answer = await polling;
        BatchView.Write(invocation, answer);
        var batch = answer.Read(ServiceJson.Default.BatchObject);
        return batch is { Status: "completed", RequestCounts: null or { Failed: 0 } } ? ExitCodes.Done : ExitCodes.SomeFailed;
    }

    private static async Task<ServiceAnswer> PollAsync(
        Invocation invocation, ServiceClient client, string route, Action<BatchObject> report, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 1.5 < MaxPause ? pause * 1.5 : MaxPause)
        {
            var answer = await client.GetAsync(route, cancellationToken);
            answer.EnsureSuccess();
            var batch = answer.Read(ServiceJson.Default.BatchObject);
            if (batch.HasEnded)
            {
                return answer;
            }

            report(batch);
            await Task.Delay(answer.RetryAfter > pause ? answer.RetryAfter.Value : pause, invocation.Time, cancellationToken);
        }
    }

    private static (double Part, string Text) Describe(BatchObject batch) => batch.RequestCounts is { Total: > 0 } counts
        ? ((double)(counts.Completed + counts.Failed) / counts.Total, FormattableString.Invariant($"{counts.Completed + counts.Failed} of {counts.Total} jobs"))
        : (0, "validating");
}
