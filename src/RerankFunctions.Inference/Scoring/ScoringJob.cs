using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Inference.Scoring;

/// <summary>A job in the engine: which of its pairs wait, and the logits of those that are done. The engine's lock guards it.</summary>
internal sealed class ScoringJob
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IProgress<IReadOnlyList<PairScore>>? _progress;
    private readonly int[] _order;
    private readonly float[] _logits;
    private readonly int[] _waiting;
    private int _done;
    private int _reported;

    /// <summary>Creates a job whose pairs all wait.</summary>
    /// <param name="encoded">The pairs. They must exist until <see cref="Ended"/>.</param>
    /// <param name="documents">Index of each pair's document in its request.</param>
    /// <param name="keys">What identifies each pair's score.</param>
    /// <param name="request">The job's class, weight and deadline.</param>
    /// <param name="progress">Receives the scores of the pairs; null for none.</param>
    public ScoringJob(EncodedJob encoded, IReadOnlyList<int> documents, PairKey[] keys, ScoringRequest request, IProgress<IReadOnlyList<PairScore>>? progress)
    {
        Encoded = encoded;
        Documents = documents;
        Keys = keys;
        WorkClass = request.WorkClass;
        Weight = request.Weight;
        Deadline = request.Deadline;
        _progress = progress;
        _logits = new float[encoded.Count];
        _waiting = new int[encoded.Count];
        _order = new int[encoded.Count];
        var lengths = new int[encoded.Count];
        long tokens = encoded.Prefix.Length;
        for (var pair = 0; pair < lengths.Length; pair++)
        {
            lengths[pair] = encoded.LengthOf(pair);
            _waiting[pair] = pair;
            tokens += lengths[pair];
        }

        Array.Sort(lengths, _waiting);
        Waiting = lengths.Length;
        Tokens = tokens;
        WaitingTokens = tokens - encoded.Prefix.Length;
    }

    /// <summary>The pairs.</summary>
    public EncodedJob Encoded { get; }

    /// <summary>Index of each pair's document in its request.</summary>
    public IReadOnlyList<int> Documents { get; }

    /// <summary>What identifies each pair's score.</summary>
    public PairKey[] Keys { get; }

    /// <summary>How urgent the job is.</summary>
    public WorkClass WorkClass { get; }

    /// <summary>The job's share beside other jobs of its class.</summary>
    public double Weight { get; }

    /// <summary>After this, no pair of the job starts.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>Work of the whole job in tokens; a shared prefix counts once.</summary>
    public long Tokens { get; }

    /// <summary>The job's share of the device, once it is in the waiting set.</summary>
    public FairShare Share { get; set; }

    /// <summary>When the job is late, by the clock of its class.</summary>
    public double LateFrom { get; set; }

    /// <summary>Number of tokens of the waiting pairs.</summary>
    public long WaitingTokens { get; private set; }

    /// <summary>Number of waiting pairs.</summary>
    public int Waiting { get; private set; }

    /// <summary>
    /// Ends when all pairs are done, or when the job failed or was cancelled. Then the pairs may be disposed of: the engine reads no tokens of them any more,
    /// only their numbers, which stay readable.
    /// </summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether every pair has its logit.</summary>
    public bool IsComplete => _done == _logits.Length;

    /// <summary>Whether the job is not wanted any more: it failed or was cancelled.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Tokens of the pairs that were not run, because an equal pair was.</summary>
    public long SharedTokens { get; private set; }

    /// <summary>A position in the waiting pairs that the former uses while it looks at several jobs.</summary>
    public int Cursor { get; set; }

    /// <summary>Returns whether the job may run now.</summary>
    public bool CanRun(DateTimeOffset now) => Waiting > 0 && !IsLate(now);

    /// <summary>Returns whether the job is past its deadline.</summary>
    public bool IsLate(DateTimeOffset now) => now >= Deadline;

    /// <summary>Gets a waiting pair by its position in ascending order of length.</summary>
    public JobPair At(int position) => new(this, _waiting[position]);

    /// <summary>Returns how many waiting pairs are not longer than a length: the position behind the longest of them.</summary>
    public int CountUpTo(int length)
    {
        var (low, high) = (0, Waiting);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Encoded.LengthOf(_waiting[middle]) <= length ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Takes a pair out of those that wait.</summary>
    public void Take(int index)
    {
        var position = PositionOf(index);
        Waiting--;
        WaitingTokens -= Encoded.LengthOf(index);
        Array.Copy(_waiting, position + 1, _waiting, position, Waiting - position);
    }

    /// <summary>Lets a pair wait that was taken.</summary>
    public void PutBack(int index)
    {
        var position = CountUpTo(Encoded.LengthOf(index));
        Array.Copy(_waiting, position, _waiting, position + 1, Waiting - position);
        _waiting[position] = index;
        Waiting++;
        WaitingTokens += Encoded.LengthOf(index);
    }

    /// <summary>Sets a pair's logit. The last one ends the job.</summary>
    /// <param name="index">Index of the pair.</param>
    /// <param name="logit">A finite number.</param>
    /// <param name="isShared">Whether an equal pair was run instead.</param>
    public void Settle(int index, float logit, bool isShared)
    {
        _logits[index] = logit;
        SharedTokens += isShared ? Encoded.TokensOf(index) : 0;
        _order[_done++] = index;
    }

    /// <summary>Returns the score of a pair that is done.</summary>
    public CachedScore ScoreOf(int index) =>
        new(_logits[index], Encoded.TokensOf(index), Encoded.IsTruncated(index), Encoded.IsQueryTruncated(index));

    /// <summary>
    /// Reports the pairs that are done, and ends the job after the last one. Not under the lock: the receiver is a caller's code, which must not
    /// throw.
    /// </summary>
    public void Report()
    {
        if (IsDropped)
        {
            return;
        }

        if (_progress is { } progress)
        {
            progress.Report([.. _order[_reported.._done].Select(index => ScoreOf(index).ToPair(Documents[index]))]);
            _reported = _done;
        }

        if (IsComplete)
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Ends the job with an exception. The caller has removed it from the engine.</summary>
    public void Fail(Exception exception) => _ended.TrySetException(exception);

    /// <summary>Ends the job because its caller wants it no more. The caller has removed it from the engine.</summary>
    public void Cancel(CancellationToken cancellationToken) => _ended.TrySetCanceled(cancellationToken);

    private int PositionOf(int index)
    {
        var position = CountUpTo(Encoded.LengthOf(index) - 1);
        while (_waiting[position] != index)
        {
            position++;
        }

        return position;
    }
}
