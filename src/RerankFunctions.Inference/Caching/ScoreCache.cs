using Microsoft.Extensions.Options;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Caching;

/// <summary>
/// The scores that a process remembers: a set-associative table of hashes, scores and counts, without any text. Each part of the table has
/// a lock and grows by itself. Calls may run in parallel and allocate nothing, except where a part grows.
/// </summary>
internal sealed class ScoreCache
{
    // Growing moves the entries of one part: at 1 MiB, about a millisecond.
    private const long PartBytes = 1 << 20;
    private readonly ScoreCachePart[] _parts;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="options">The bound.</param>
    public ScoreCache(IOptions<CacheOptions> options)
    {
        var bytes = options.Value.CacheBytes;
        var count = (int)Math.Max(1, bytes / PartBytes);
        var maxSets = (int)(bytes / count / ScoreCachePart.SetBytes);
        _parts = new ScoreCachePart[maxSets == 0 ? 0 : count];
        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i] = new ScoreCachePart(maxSets);
        }
    }

    /// <summary>Bytes that the table takes now, at most the bound.</summary>
    public long AllocatedBytes => _parts.Sum(part => part.AllocatedBytes);

    /// <summary>Finds a score and marks it as recently used.</summary>
    /// <returns>Whether the score is there.</returns>
    public bool TryGet(PairKey key, out CachedScore score)
    {
        if (_parts.Length == 0)
        {
            score = default;
            return false;
        }

        return PartOf(key).TryGet(key, out score);
    }

    /// <summary>Remembers a score. It takes the place of the least recently used score of its set if the table cannot grow.</summary>
    /// <exception cref="ArgumentException">The score is not valid.</exception>
    public void Set(PairKey key, CachedScore score)
    {
        if (!score.IsValid)
        {
            throw new ArgumentException("A score must be finite, with a valid number of tokens.", nameof(score));
        }

        if (_parts.Length > 0)
        {
            PartOf(key).Set(key, score);
        }
    }

    // The part takes the lowest 32 bits of the hash, and the set in it the next 32.
    private ScoreCachePart PartOf(PairKey key) => _parts[(int)(((ulong)(uint)key.Value * (uint)_parts.Length) >> 32)];
}
