using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RerankFunctions.Cli.Lines;
using RerankFunctions.Cli.Outcomes;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;
using RerankFunctions.Jobs.Processing;

namespace RerankFunctions.Cli.Scoring;

/// <summary>Scores jobs with a model in this process.</summary>
internal sealed class LocalBackend : IRerankBackend
{
    // Micro-batches are formed of the pairs of all jobs under way: so many that pairs of like length are found for each run. More would only let small jobs
    // end further ahead of large ones, whose lines come first.
    private const int MaxPairsOnCpu = 1_024;
    private const int MaxPairsOnCuda = 4_096;

    private readonly ServiceProvider _services;
    private readonly TimeProvider _time;
    private Loaded? _loaded;

    /// <summary>Creates the backend; nothing is loaded yet.</summary>
    /// <param name="configuration">From <see cref="LocalSettings.Configure"/>.</param>
    /// <param name="log">Receives what the user should know while a model is fetched and loaded.</param>
    /// <param name="time">The clock of ids.</param>
    public LocalBackend(IConfiguration configuration, TextWriter log, TimeProvider time)
    {
        _time = time;
        _services = LocalServices.Create(configuration, log);
    }

    /// <inheritdoc />
    public async Task<string> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reader = _services.GetRequiredService<RerankRequestReader>();
            var reranker = _services.GetRequiredService<IReranker>();
            var model = await reranker.GetModelAsync(model: null, cancellationToken);
            _loaded = new Loaded(reader, reranker, new Room(model.Device == Device.Cuda ? MaxPairsOnCuda : MaxPairsOnCpu));
            return $"model {model.Revision}, {model.Precision}";
        }
        catch (OptionsValidationException exception)
        {
            throw CliException.Usage(string.Join(' ', exception.Failures));
        }
        catch (ModelLoadException exception)
        {
            throw ToCliException(exception);
        }
    }

    /// <inheritdoc />
    public async Task<Task<JobOutcome>> StartAsync(ReadOnlyMemory<byte> request, string key, CancellationToken cancellationToken)
    {
        var loaded = _loaded ?? throw new InvalidOperationException("The backend is not open.");
        try
        {
            var job = loaded.Reader.Read("application/json", request);
            await loaded.Room.EnterAsync(job.Documents.Count, cancellationToken);
            return ScoreAsync(loaded, job, cancellationToken);
        }
        catch (ProblemException exception)
        {
            return Task.FromResult<JobOutcome>(JobOutcome.Refused.Of(exception.Problem));
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static CliException ToCliException(ModelLoadException exception) => new(ExitCodes.Unavailable, exception.Message);

    private async Task<JobOutcome> ScoreAsync(Loaded loaded, RerankRequest job, CancellationToken cancellationToken)
    {
        var id = JobId.Create(_time);
        try
        {
            var scoring = job.ToScoring() with { WorkClass = WorkClass.Bulk };
            return new JobOutcome.Answered(AnswerBuilder.Build(id, job, await loaded.Reranker.ScoreAsync(scoring, null, cancellationToken)));
        }
        catch (Exception exception) when (RetryPolicy.FindFault(exception) is { } error)
        {
            return new JobOutcome.Failed(id, error.Code, error.Message);
        }
        catch (ModelLoadException exception)
        {
            throw ToCliException(exception);
        }
        catch (OutOfMemoryException)
        {
            throw new CliException(ExitCodes.Unavailable, "The memory does not suffice for a run of the model. Set Rerank__MaxBatchTokens to a smaller value.");
        }
        finally
        {
            loaded.Room.Leave(job.Documents.Count);
        }
    }

    /// <param name="Reader">Checks requests.</param>
    /// <param name="Reranker">Scores them.</param>
    /// <param name="Room">The bound on pairs under way.</param>
    private sealed record Loaded(RerankRequestReader Reader, IReranker Reranker, Room Room);
}
