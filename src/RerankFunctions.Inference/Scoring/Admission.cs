using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Scoring;

/// <summary>
/// The bound on the tokens of jobs in the engine, counted before they are tokenized: a token for each character, at most those that the model reads of a
/// pair. Jobs that wait have three quarters of the bound; one that is larger enters when no other of them is in. Of those that fit, interactive ones enter
/// first, each class in order. The first job of a class is passed by at most <see cref="MaxPassed"/> others. A job that does not wait enters or is refused.
/// While others wait, such jobs have the last quarter: neither kind keeps the other one out.
/// </summary>
/// <param name="maxTokens">The bound.</param>
internal sealed class Admission(long maxTokens)
{
    /// <summary>After so many jobs that entered before it, the first job of a class is the next one to enter.</summary>
    public const int MaxPassed = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<Place>[] _waiting = [[], []];
    private readonly long _kept = maxTokens / 4;
    private long _patient;
    private long _impatient;

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
        var place = new Place(this, tokens, waits);
        lock (_lock)
        {
            if (waits)
            {
                _waiting[(int)workClass].AddLast(place);
                GrantInOrder();
            }
            else if (CanEnterAtOnce(tokens))
            {
                _impatient += tokens;
                place.Grant();
            }
            else
            {
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

    private bool CanEnterAtOnce(long tokens)
    {
        var isAwaited = Array.Exists(_waiting, places => places.Count > 0);
        var held = _patient + _impatient;
        return held == 0 || (held + tokens <= maxTokens && (!isAwaited || _impatient + tokens <= _kept));
    }

    private bool CanEnterInTurn(long tokens) => _patient == 0
        ? _impatient <= _kept
        : _patient + tokens <= maxTokens - _kept && _patient + _impatient + tokens <= maxTokens;

    private void GrantInOrder()
    {
        while (FindNext() is { } next)
        {
            foreach (var waiting in _waiting)
            {
                if (waiting.First is { } head && head != next)
                {
                    head.Value.Passed++;
                }
            }

            next.List!.Remove(next);
            _patient += next.Value.Tokens;
            next.Value.Grant();
        }
    }

    private LinkedListNode<Place>? FindNext()
    {
        foreach (var waiting in _waiting)
        {
            if (waiting.First is { Value.Passed: >= MaxPassed } late)
            {
                return CanEnterInTurn(late.Value.Tokens) ? late : null;
            }
        }

        foreach (var waiting in _waiting)
        {
            for (var node = waiting.First; node is not null; node = node.Next)
            {
                if (CanEnterInTurn(node.Value.Tokens))
                {
                    return node;
                }
            }
        }

        return null;
    }

    private void Leave(Place place)
    {
        lock (_lock)
        {
            if (!place.Waits)
            {
                _impatient -= place.Tokens;
            }
            else if (!_waiting[(int)WorkClass.Interactive].Remove(place) && !_waiting[(int)WorkClass.Bulk].Remove(place))
            {
                _patient -= place.Tokens;
            }

            GrantInOrder();
        }
    }

    private sealed class Place(Admission admission, long tokens, bool waits) : IDisposable
    {
        private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Tokens => tokens;

        public bool Waits => waits;

        /// <summary>How many jobs entered while this one was the first of its class.</summary>
        public int Passed { get; set; }

        public Task Granted => _granted.Task;

        public void Grant() => _granted.TrySetResult();

        public void Dispose() => admission.Leave(this);
    }
}
