using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;
using RerankFunctions.Jobs.Settings;
using RerankFunctions.Jobs.Shutdown;

namespace RerankFunctions.Jobs.Synchronous;

/// <summary>Answers requests by the model of this process, by the rules of jobs. Nothing is stored: with the process, the request is gone.</summary>
public sealed class DirectAnswers(IReranker reranker, Drain drain, IOptions<JobsOptions> options, TimeProvider time)
{
    /// <summary>Waits for a model, for at most <see cref="JobsOptions.ModelWait"/>.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether it is loaded.</returns>
    /// <exception cref="ModelLoadException">It cannot be loaded, and no further try is made.</exception>
    public async Task<bool> WaitForModelAsync(string model, CancellationToken cancellationToken)
    {
        if (reranker.StateOf(model).Status == ModelStatus.Ready)
        {
            return true;
        }

        using var timeout = new CancellationTokenSource(options.Value.ModelWait, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, drain.Started, cancellationToken);
        try
        {
            await reranker.GetModelAsync(model, stop.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Scores a request and builds its answer.</summary>
    /// <param name="request">A request that passed validation.</param>
    /// <param name="waitsForPlace">Whether it waits while the engine is full; else it is refused.</param>
    /// <param name="cancellationToken">Ends the work; pairs that have not run are dropped.</param>
    /// <exception cref="EngineFullException">The request is refused.</exception>
    /// <exception cref="TextTooLongException">A text is too long, and the request does not let it be cut.</exception>
    /// <exception cref="ModelLoadException">The model cannot be loaded any more.</exception>
    /// <exception cref="ScoringException">The model gave no usable score for a pair.</exception>
    /// <exception cref="OutOfMemoryException">A run had not enough memory.</exception>
    public async Task<RerankAnswer> RerankAsync(RerankRequest request, bool waitsForPlace, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(drain.Deadline, cancellationToken);
        var scores = await reranker.ScoreAsync(request.ToScoring() with { WaitsForPlace = waitsForPlace }, scored: null, stop.Token);
        return AnswerBuilder.Build(JobId.Create(time), request, scores);
    }

    /// <summary>Says which texts of a request are too long for the model, without a word of them.</summary>
    public static string Describe(TextTooLongException exception) => RequestScoring.Describe(exception);
}
