using RerankFunctions.Cli.Lines;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Cli.Service;
using RerankFunctions.Contracts;

namespace RerankFunctions.Cli.Scoring;

/// <summary>Scores jobs through a service: submits each, and waits for its end with long polls.</summary>
/// <param name="client">The service; this owns it.</param>
/// <param name="address">Address of the service.</param>
/// <param name="maxJobs">Maximum number of jobs under way.</param>
/// <param name="cancelsJobs">Whether jobs are cancelled when the command ends early; otherwise a later run finds their answers.</param>
internal sealed class ServiceBackend(ServiceClient client, string address, int maxJobs, bool cancelsJobs) : IRerankBackend
{
    private const int WaitSeconds = 20;

    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(2);

    // A service that has too many waiting clients answers a long poll at once.
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);

    private readonly Room _room = new(maxJobs);

    /// <inheritdoc />
    public Task<string> OpenAsync(CancellationToken cancellationToken) => Task.FromResult($"service {address}");

    /// <inheritdoc />
    public async Task<Task<JobOutcome>> StartAsync(ReadOnlyMemory<byte> request, string key, CancellationToken cancellationToken)
    {
        await _room.EnterAsync(1, cancellationToken);
        return RunAsync(request, key, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JobOutcome> RunAsync(ReadOnlyMemory<byte> request, string key, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.PostAsync("/v1/jobs", request, key, cancellationToken);

            // These say that the request is wrong; others, that the address, the key or the service is.
            if (answer.Status is 400 or 413 or 415 or 422)
            {
                return answer.ReadError() is { } error
                    ? new JobOutcome.Refused(answer.Status, answer.Body, error.Code ?? "refused", error.Message)
                    : new JobOutcome.Failed(null, "refused", FormattableString.Invariant($"The service refused the request with status {answer.Status}."));
            }

            answer.EnsureSuccess();
            return OutcomeOf(await WaitAsync(answer.Read(ContractsJson.Default.JobStatus), cancellationToken));
        }
        finally
        {
            _room.Leave(1);
        }
    }

    private async Task<JobStatus> WaitAsync(JobStatus status, CancellationToken cancellationToken)
    {
        var route = $"/v1/jobs/{status.Id}";
        try
        {
            while (status.Status is JobState.Queued or JobState.Running)
            {
                var asked = client.Time.GetTimestamp();
                var answer = await client.GetAsync(FormattableString.Invariant($"{route}?wait={WaitSeconds}"), cancellationToken);
                answer.EnsureSuccess();
                status = answer.Read(ContractsJson.Default.JobStatus);
                if (status.Status is JobState.Queued or JobState.Running && client.Time.GetElapsedTime(asked) < MinPause)
                {
                    await Task.Delay(answer.RetryAfter > MinPause ? answer.RetryAfter.Value : MinPause, client.Time, cancellationToken);
                }
            }

            return status;
        }
        catch (OperationCanceledException) when (cancelsJobs)
        {
            await client.TryDeleteAsync(route, CancelTimeout);
            throw;
        }
    }

    private static JobOutcome OutcomeOf(JobStatus status) => status switch
    {
        { Status: JobState.Succeeded, Results: { } results, Usage: { } usage, Meta: { } meta } =>
            new JobOutcome.Answered(new RerankAnswer(status.Id.ToString(), status.Model, results, usage, meta)),
        { Status: JobState.Failed, Error: { } error } => new JobOutcome.Failed(status.Id, error.Code, error.Message),
        { Status: JobState.Canceled } => new JobOutcome.Failed(status.Id, "canceled", "The job was canceled."),
        _ => throw new CliException(ExitCodes.Unavailable, $"The service's answer for job {status.Id} is incomplete."),
    };
}
