using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Inference.Documents;

/// <summary>A request whose documents are chunks of another request's documents. Scores of chunks become scores of these documents.</summary>
internal sealed class ChunkedRequest : IProgress<IReadOnlyList<PairScore>>
{
    private readonly Lock _lock = new();
    private readonly ScoringRequest _request;
    private readonly IProgress<IReadOnlyList<PairScore>>? _scored;
    private readonly Document?[] _documents;
    private readonly List<(int Document, int Chunk)> _chunks = [];
    private readonly bool[] _isScored;

    /// <summary>Creates the request.</summary>
    /// <param name="request">The request for documents. Documents whose score it knows are not cut.</param>
    /// <param name="documents">The chunks of each document whose score is not known.</param>
    /// <param name="scored">Receives the score of a document as soon as those of all its chunks are known; null for none.</param>
    public ChunkedRequest(ScoringRequest request, IReadOnlyList<DocumentChunks> documents, IProgress<IReadOnlyList<PairScore>>? scored)
    {
        _request = request;
        _scored = scored;
        _documents = new Document?[documents.Count];
        var known = request.Known.Select(score => score.Document).ToHashSet();
        var texts = new List<string>();
        for (var index = 0; index < documents.Count; index++)
        {
            if (known.Contains(index))
            {
                continue;
            }

            var ranges = documents[index].Ranges;
            _documents[index] = new Document(documents[index]);
            for (var chunk = 0; chunk < ranges.Count; chunk++)
            {
                _chunks.Add((index, chunk));
                texts.Add(request.Documents[index][ranges[chunk].Start..ranges[chunk].End]);
            }
        }

        _isScored = new bool[_chunks.Count];
        Chunks = request with { Documents = texts, Known = [], ChunksLongDocuments = false, Truncates = true };
    }

    /// <summary>The request for chunks.</summary>
    public ScoringRequest Chunks { get; }

    /// <summary>Adds scores of chunks; those that came before change nothing.</summary>
    public void Report(IReadOnlyList<PairScore> value)
    {
        var done = new List<PairScore>();
        lock (_lock)
        {
            foreach (var score in value)
            {
                if (!_isScored[score.Document])
                {
                    _isScored[score.Document] = true;
                    var (index, chunk) = _chunks[score.Document];
                    if (_documents[index]!.Add(chunk, score))
                    {
                        done.Add(_documents[index]!.ScoreAs(index));
                    }
                }
            }
        }

        if (done.Count > 0)
        {
            _scored?.Report(done);
        }
    }

    /// <summary>Returns the scores of the documents.</summary>
    /// <param name="chunks">The scores of all chunks.</param>
    public PairScores ToScores(PairScores chunks)
    {
        var scores = new PairScore[_documents.Length];
        foreach (var score in _request.Known)
        {
            scores[score.Document] = score;
        }

        lock (_lock)
        {
            for (var index = 0; index < scores.Length; index++)
            {
                if (_documents[index] is { } document)
                {
                    scores[index] = document.ScoreAs(index);
                }
            }
        }

        return new PairScores(
            Array.ConvertAll(scores, score => score.Logit),
            scores.Sum(score => (long)score.Tokens),
            [.. scores.Where(score => score.DocumentTruncated).Select(score => score.Document)],
            scores.Any(score => score.QueryTruncated))
        {
            CachedTokens = chunks.CachedTokens,
            BestChunks = Array.ConvertAll(scores, score => score.BestChunk ?? new TextRange(0, _request.Documents[score.Document].Length)),
        };
    }

    /// <summary>What is known of a document.</summary>
    private sealed class Document(DocumentChunks chunks)
    {
        private PairScore _best = new(0, float.NegativeInfinity, 0, chunks.IsTruncated, false);
        private int _left = chunks.Ranges.Count;

        /// <summary>Adds a chunk's score.</summary>
        /// <returns>Whether it was the last one.</returns>
        public bool Add(int chunk, PairScore score)
        {
            // Of equal chunks, the first one.
            var isBest = score.Logit > _best.Logit || (score.Logit == _best.Logit && chunks.Ranges[chunk].Start < _best.BestChunk?.Start);
            _best = _best with
            {
                Logit = isBest ? score.Logit : _best.Logit,
                BestChunk = isBest ? chunks.Ranges[chunk] : _best.BestChunk,
                Tokens = _best.Tokens + score.Tokens,
                DocumentTruncated = _best.DocumentTruncated || score.DocumentTruncated,
                QueryTruncated = _best.QueryTruncated || score.QueryTruncated,
            };
            return --_left == 0;
        }

        /// <summary>Returns the document's score.</summary>
        public PairScore ScoreAs(int index) => _best with { Document = index };
    }
}
