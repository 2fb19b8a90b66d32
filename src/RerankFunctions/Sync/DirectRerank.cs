using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Shutdown;
using RerankFunctions.Jobs.Synchronous;

namespace RerankFunctions.Sync;

/// <summary>Answers requests by the model of this process. A request that the engine has no place for is refused; nothing is stored.</summary>
public sealed class DirectRerank(DirectAnswers answers, Drain drain, TimeProvider time)
{
    /// <summary>Answers each part of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Time for it.</param>
    /// <param name="cancellationToken">The client has left; pairs that have not run are dropped.</param>
    /// <exception cref="ProblemException">422, 429 or 503.</exception>
    internal async Task<IReadOnlyList<RerankAnswer>> AnswerAsync(DialectRequest request, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await answers.WaitForModelAsync(request.Parts[0].Request.Model, stop.Token)
                ? await AnswerPartsAsync(request, stop)
                : throw new ProblemException(drain.Started.IsCancellationRequested ? Problem.ShuttingDown() : Problem.ModelLoading());
        }
        catch (EngineFullException)
        {
            throw new ProblemException(Problem.EngineFull());
        }
        catch (TextTooLongException exception)
        {
            throw new ProblemException(Problem.TextTooLong(DirectAnswers.Describe(exception)));
        }
        catch (ModelLoadException)
        {
            throw new ProblemException(Problem.ModelUnavailable());
        }
        catch (OutOfMemoryException)
        {
            throw new ProblemException(Problem.OutOfMemory());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(drain.Deadline.IsCancellationRequested ? Problem.ShuttingDown() : Problem.DeadlineExceeded());
        }
    }

    private async Task<IReadOnlyList<RerankAnswer>> AnswerPartsAsync(DialectRequest request, CancellationTokenSource stop)
    {
        if (request.Parts is [var only])
        {
            return [await answers.RerankAsync(only.Request, waitsForPlace: false, stop.Token)];
        }

        // Once the first part has its place, the others may wait for theirs: all of them at once may never have one.
        return await Task.WhenAll(request.Parts.Select((part, index) => AnswerPartAsync(part.Request, waitsForPlace: index > 0, stop)));
    }

    private async Task<RerankAnswer> AnswerPartAsync(RerankRequest request, bool waitsForPlace, CancellationTokenSource stop)
    {
        try
        {
            return await answers.RerankAsync(request, waitsForPlace, stop.Token);
        }
        catch
        {
            // Without this part, the others are worth nothing.
            stop.Cancel();
            throw;
        }
    }
}
