using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// The bound on the tokens of jobs in the engine, counted before they are tokenized: a token for each character, at most those that the model reads of a
/// pair. Jobs beyond the bound wait in order, interactive ones first. A job larger than the bound enters alone.
/// </summary>
/// <param name="maxTokens">The bound.</param>
internal sealed class Admission(long maxTokens)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Place>[] _waiting = [[], []];
    private long _tokens;

    /// <summary>Returns what a request counts.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxPairTokens">Maximum number of tokens that the model reads of a pair.</param>
    public static long TokensOf(ScoringRequest request, int maxPairTokens)
    {
        var tokens = 0L;
        foreach (var document in request.Documents)
        {
            tokens += Math.Min(maxPairTokens, (long)request.Query.Length + document.Length);
        }

        return tokens;
    }

    /// <summary>Waits until a job may enter.</summary>
    /// <param name="tokens">What the job counts.</param>
    /// <param name="workClass">The job's class.</param>
    /// <param name="waits">Whether the job waits; else it is refused where it would have to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The job's place, to be disposed of when the job is done.</returns>
    /// <exception cref="EngineFullException">The job is refused.</exception>
    public async Task<IDisposable> EnterAsync(long tokens, WorkClass workClass, bool waits, CancellationToken cancellationToken)
    {
        var place = new Place(this, tokens);
        lock (_lock)
        {
            _waiting[(int)workClass].AddLast(place);
            GrantInOrder();
            if (!waits && !place.Granted.IsCompleted)
            {
                _waiting[(int)workClass].Remove(place);
                throw new EngineFullException();
            }
        }

        try
        {
            await place.Granted.WaitAsync(cancellationToken);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private void GrantInOrder()
    {
        foreach (var waiting in _waiting)
        {
            while (waiting.First is { Value: var next })
            {
                if (_tokens > 0 && _tokens + next.Tokens > maxTokens)
                {
                    return;
                }

                waiting.RemoveFirst();
                _tokens += next.Tokens;
                next.Grant();
            }
        }
    }

    private void Leave(Place place)
    {
        lock (_lock)
        {
            if (!_waiting[(int)WorkClass.Interactive].Remove(place) && !_waiting[(int)WorkClass.Bulk].Remove(place))
            {
                _tokens -= place.Tokens;
            }

            GrantInOrder();
        }
    }

    private sealed class Place(Admission admission, long tokens) : IDisposable
    {
        private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Tokens => tokens;

        public Task Granted => _granted.Task;

        public void Grant() => _granted.TrySetResult();

        public void Dispose() => admission.Leave(this);
    }
}
