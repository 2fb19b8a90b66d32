using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>A request's query and documents as token ids, cut to fit. Rows are written when a micro-batch is prepared.</summary>
/// <param name="encoder">Arranges pairs.</param>
/// <param name="query">Ids of the query.</param>
/// <param name="documents">Ids of the documents, in request order.</param>
/// <param name="buffers">All buffers that the ids are in; the job owns them.</param>
internal sealed class CrossEncoderJob(PairEncoder encoder, TokenBuffer query, DocumentSlice[] documents, IReadOnlyList<TokenBuffer> buffers) : EncodedJob
{
    /// <inheritdoc/>
    public override int Count => documents.Length;

    /// <inheritdoc/>
    public override int LengthOf(int pair) => documents[pair].Fit.TotalTokens;

    /// <inheritdoc/>
    public override int TokensOf(int pair) => documents[pair].Fit.TotalTokens;

    /// <inheritdoc/>
    public override bool IsTruncated(int pair) => documents[pair].IsTruncated;

    /// <inheritdoc/>
    public override bool IsQueryTruncated(int pair) => documents[pair].Fit.IsQueryCut;

    /// <summary>Writes the ids of a pair, special tokens included.</summary>
    /// <param name="pair">Index of the pair.</param>
    /// <param name="inputIds">Receives <see cref="LengthOf"/> ids; it may be longer.</param>
    /// <param name="typeIds">Receives as many type ids; empty where the model has no such input.</param>
    public void Write(int pair, Span<long> inputIds, Span<long> typeIds)
    {
        var document = documents[pair];
        encoder.Write(document.Fit, query.Ids, document.Ids, inputIds, typeIds);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        foreach (var buffer in buffers)
        {
            buffer.Dispose();
        }
    }
}
