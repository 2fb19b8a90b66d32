using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Answering;
using RerankFunctions.Jobs.Processing;

namespace RerankFunctions.Batches.Scoring;

/// <summary>
/// Scores the lines of a chunk, many of them at a time, so that micro-batches of the engine are full across lines. Output is in the order of the lines.
/// </summary>
internal sealed class LineScorer(IReranker reranker, BatchLineReader reader, ChunkOutput output)
{
    // More than the largest micro-batches, so that the engine never waits for the next line.
    private const int MaxPairsInFlight = 8_192;

    private readonly Queue<(Scoring Line, int Pairs)> _inFlight = [];
    private int _pairs;

    /// <summary>Scores lines.</summary>
    /// <param name="lines">The lines with their numbers.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task ScoreAsync(IReadOnlyList<(long Line, ReadOnlyMemory<byte> Text)> lines, BatchId batch, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (var (number, text) in lines)
            {
                var line = reader.Read(text);
                var pairs = line.Request?.Documents.Count ?? 0;
                while (_inFlight.Count > 0 && _pairs + pairs > MaxPairsInFlight)
                {
                    await WriteFirstAsync();
                }

                _pairs += pairs;
                var answer = line.Request is { } request ? ScoreAsync(batch.JobOf(number), request, stop.Token) : null;
                _inFlight.Enqueue((new Scoring(number, line.CustomId, line.Problem, answer), pairs));
            }

            while (_inFlight.Count > 0)
            {
                await WriteFirstAsync();
            }
        }
        finally
        {
            // After a failure, no line may go on scoring behind the attempt's back.
            stop.Cancel();
            while (_inFlight.TryDequeue(out var line))
            {
                await ((Task?)line.Line.Answer ?? Task.CompletedTask).ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private async Task WriteFirstAsync()
    {
        var ((number, customId, problem, answer), pairs) = _inFlight.Peek();
        if (problem is not null)
        {
            output.Add(number, customId, problem);
        }
        else
        {
            try
            {
                output.Add(number, customId, await answer!);
            }
            catch (Exception exception) when (RetryPolicy.FindFault(exception) is { } error)
            {
                output.Add(number, customId, error);
            }
        }

        _inFlight.Dequeue();
        _pairs -= pairs;
    }

    private async Task<RerankAnswer> ScoreAsync(JobId id, RerankRequest request, CancellationToken cancellationToken)
    {
        var scoring = request.ToScoring() with { WorkClass = WorkClass.Bulk };
        return AnswerBuilder.Build(id, request, await reranker.ScoreAsync(scoring, scored: null, cancellationToken));
    }

    private sealed record Scoring(long Line, string? CustomId, Problem? Problem, Task<RerankAnswer>? Answer);
}
