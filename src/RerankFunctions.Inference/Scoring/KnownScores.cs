using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Caching;
using RerankFunctions.Inference.Families;

namespace RerankFunctions.Inference.Scoring;

/// <summary>The pairs of a request, the scores that are known of them, and those that are missing.</summary>
internal sealed class KnownScores
{
    private readonly ScoringRequest _request;
    private readonly PairKey[] _keys;
    private readonly CachedScore?[] _scores;
    private readonly List<int> _missing = [];
    private long _cachedTokens;

    private KnownScores(ScoringRequest request)
    {
        _request = request;
        _keys = new PairKey[request.Documents.Count];
        _scores = new CachedScore?[_keys.Length];
    }

    /// <summary>Indexes of the pairs without a score, ascending.</summary>
    public IReadOnlyList<int> Missing => _missing;

    /// <summary>Number of pairs with a score.</summary>
    public int Found => _keys.Length - _missing.Count;

    /// <summary>Number of pairs whose score came with the request.</summary>
    public int Given { get; private set; }

    /// <summary>Number of pairs whose score was in those that processes share.</summary>
    public int FoundShared { get; private set; }

    /// <summary>The keys of the pairs without a score.</summary>
    public PairKey[] MissingKeys => [.. _missing.Select(pair => _keys[pair])];

    /// <summary>The request with only those documents whose pairs have no score.</summary>
    public ScoringRequest MissingRequest => Found == 0 ? _request : _request with { Documents = [.. _missing.Select(pair => _request.Documents[pair])] };

    /// <summary>Looks all pairs of a request up.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hasher">Hashes its pairs.</param>
    /// <param name="cache">The scores of this process.</param>
    public static KnownScores Find(ScoringRequest request, RequestHasher hasher, ScoreCache cache)
    {
        var known = new KnownScores(request);
        for (var pair = 0; pair < known._keys.Length; pair++)
        {
            known._keys[pair] = hasher.KeyOf(pair);
        }

        foreach (var score in request.Known)
        {
            known._scores[score.Document] = CachedScore.Of(score);
        }

        for (var pair = 0; pair < known._keys.Length; pair++)
        {
            if (known._scores[pair] is not null)
            {
                known.Given++;
            }
            else if (cache.TryGet(known._keys[pair], out var score))
            {
                known.Set(pair, score);
            }
            else
            {
                known._missing.Add(pair);
            }
        }

        return known;
    }

    /// <summary>Returns the scores that are known so far.</summary>
    public IReadOnlyList<PairScore> ToPairs() =>
        [.. _scores.Index().Where(entry => entry.Item is not null).Select(entry => entry.Item.GetValueOrDefault().ToPair(entry.Index))];

    /// <summary>Looks the missing pairs up in the scores that processes share, and keeps what is found in those of this process.</summary>
    public async Task FindSharedAsync(ISharedScores shared, ScoreCache cache, CancellationToken cancellationToken)
    {
        if (_missing.Count == 0)
        {
            return;
        }

        var keys = MissingKeys;
        var found = new CachedScore?[keys.Length];
        FoundShared = await shared.GetAsync(keys, found, cancellationToken);
        if (FoundShared == 0)
        {
            return;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            if (found[i] is { } score)
            {
                Set(_missing[i], score);
                cache.Set(keys[i], score);
            }
        }

        _missing.RemoveAll(pair => _scores[pair] is not null);
    }

    /// <summary>Adds the scores of the missing pairs and hands them to the scores that processes share.</summary>
    /// <param name="job">The job of <see cref="MissingRequest"/>, done.</param>
    /// <param name="shared">Receives the scores.</param>
    public void Add(ScoringJob job, ISharedScores shared)
    {
        var scores = new CachedScore[_missing.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = job.ScoreOf(i);
            _scores[_missing[i]] = scores[i];
        }

        _cachedTokens += job.SharedTokens;
        shared.Set(job.Keys, scores);
    }

    /// <summary>Fails if a text of a pair whose score is known was cut.</summary>
    /// <exception cref="TextTooLongException">One was.</exception>
    public void EnsureWhole() => EnsureWhole(
        [.. _scores.Index().Where(score => score.Item is { DocumentTruncated: true }).Select(score => score.Index)],
        _scores.Any(score => score is { QueryTruncated: true }));

    /// <summary>Fails if a text of a missing pair was cut.</summary>
    /// <param name="encoded">The pairs of <see cref="MissingRequest"/>.</param>
    /// <exception cref="TextTooLongException">One was.</exception>
    public void EnsureWhole(EncodedJob encoded)
    {
        var pairs = Enumerable.Range(0, encoded.Count).ToArray();
        EnsureWhole([.. pairs.Where(encoded.IsTruncated).Select(pair => _missing[pair])], pairs.Any(encoded.IsQueryTruncated));
    }

    /// <summary>Returns the scores of all pairs; none may be missing.</summary>
    public PairScores ToScores()
    {
        var logits = new float[_scores.Length];
        var truncated = new List<int>();
        var (tokens, isQueryTruncated) = (0L, false);
        for (var pair = 0; pair < logits.Length; pair++)
        {
            var score = _scores[pair].GetValueOrDefault();
            logits[pair] = score.Logit;
            tokens += score.Tokens;
            isQueryTruncated |= score.QueryTruncated;
            if (score.DocumentTruncated)
            {
                truncated.Add(pair);
            }
        }

        return new PairScores(logits, tokens, truncated, isQueryTruncated) { CachedTokens = _cachedTokens };
    }

    private static void EnsureWhole(IReadOnlyList<int> documents, bool isQueryCut)
    {
        if (documents.Count > 0 || isQueryCut)
        {
            throw new TextTooLongException(documents, isQueryCut);
        }
    }

    private void Set(int pair, CachedScore score)
    {
        _scores[pair] = score;
        _cachedTokens += score.Tokens;
    }
}
