using RerankFunctions.Cli.Lines;

namespace RerankFunctions.Cli.Scoring;

/// <summary>What scores jobs: a service, or a model in this process.</summary>
internal interface IRerankBackend : IAsyncDisposable
{
    /// <summary>Gets ready.</summary>
    /// <returns>What decides the scores, in one line: two runs with the same text may share an output.</returns>
    /// <exception cref="Outcomes.CliException">The model cannot be loaded.</exception>
    Task<string> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Starts a job, once there is room for it beside those under way.</summary>
    /// <param name="request">The rerank request as JSON, not checked.</param>
    /// <param name="key">Identifies the job: the same key and request give the same job, also after a crash.</param>
    /// <param name="cancellationToken">Cancels the wait and the job.</param>
    /// <returns>The job, started. It fails with a <see cref="Outcomes.CliException"/> for what is no fault of the request.</returns>
    Task<Task<JobOutcome>> StartAsync(ReadOnlyMemory<byte> request, string key, CancellationToken cancellationToken);
}
