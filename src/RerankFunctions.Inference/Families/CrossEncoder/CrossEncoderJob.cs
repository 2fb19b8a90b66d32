using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>A request's query and documents as token ids, already cut to fit; rows are put together when they are run.</summary>
internal sealed class CrossEncoderJob : EncodedJob
{
    private readonly PairEncoder _pairs;
    private readonly TokenBuffer _query;
    private readonly TokenBuffer[] _documents;
    private readonly Place[] _places;

    /// <summary>Takes over the buffers.</summary>
    /// <param name="pairs">Lays the rows out.</param>
    /// <param name="query">Ids of the query.</param>
    /// <param name="documents">Buffers with the ids of documents, one after the other.</param>
    /// <param name="places">Where each document's ids are, in request order.</param>
    public CrossEncoderJob(PairEncoder pairs, TokenBuffer query, TokenBuffer[] documents, Place[] places)
    {
        _pairs = pairs;
        _query = query;
        _documents = documents;
        _places = places;
        var truncated = new List<int>();
        for (var i = 0; i < places.Length; i++)
        {
            TotalTokens += places[i].Fit.TotalTokens;
            QueryTruncated |= places[i].Fit.QueryTokensCut > 0;
            if (places[i].Truncated)
            {
                truncated.Add(i);
            }
        }

        TruncatedDocuments = truncated;
    }

    /// <inheritdoc/>
    public override int Count => _places.Length;

    /// <inheritdoc/>
    public override long TotalTokens { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> TruncatedDocuments { get; }

    /// <inheritdoc/>
    public override bool QueryTruncated { get; }

    /// <inheritdoc/>
    public override int LengthOf(int pair) => _places[pair].Fit.TotalTokens;

    /// <summary>Writes the ids of a pair, special tokens included.</summary>
    /// <param name="pair">Index of the pair.</param>
    /// <param name="inputIds">Takes <see cref="LengthOf"/> ids.</param>
    /// <param name="typeIds">Takes as many type ids; empty where the model reads none.</param>
    public void Write(int pair, Span<long> inputIds, Span<long> typeIds)
    {
        var place = _places[pair];
        _pairs.Write(place.Fit, _query.Ids, _documents[place.Buffer].Ids.Slice(place.Start, place.Fit.DocumentTokens), inputIds, typeIds);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        _query.Dispose();
        foreach (var buffer in _documents)
        {
            buffer.Dispose();
        }
    }

    /// <summary>Where a document's ids are.</summary>
    /// <param name="Buffer">Index of the buffer.</param>
    /// <param name="Start">First id in the buffer.</param>
    /// <param name="Fit">What is kept of query and document.</param>
    /// <param name="Truncated">Whether the document was cut.</param>
    internal readonly record struct Place(int Buffer, int Start, PairFit Fit, bool Truncated);
}
