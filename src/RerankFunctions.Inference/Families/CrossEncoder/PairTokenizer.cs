using System.Collections.Concurrent;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Inference.Documents;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>The tokenizer of requests for cross-encoders: it tokenizes the query once and the documents in parallel.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="encoder">Arranges and cuts pairs.</param>
internal sealed class PairTokenizer(HuggingFaceTokenizer tokenizer, PairEncoder encoder)
{
    /// <summary>Returns the number of tokens that a pair has room for beside a query.</summary>
    public int RoomBeside(string query, CancellationToken cancellationToken)
    {
        using var ids = new TokenBuffer();
        tokenizer.Encode(query, TextMode.UserText, ids, encoder.QueryTokensToRead, cancellationToken);
        return encoder.DocumentTokensToRead(ids.Count) - 1;
    }

    /// <summary>Tokenizes the pairs of a request and cuts them to fit.</summary>
    /// <param name="request">Query and documents.</param>
    /// <param name="mode">Whether texts may spell out control tokens.</param>
    /// <param name="cancellationToken">Checked before every document and during long ones.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    public CrossEncoderJob Encode(ScoringRequest request, TextMode mode, CancellationToken cancellationToken)
    {
        var documents = request.Documents;
        var slices = new DocumentSlice[documents.Count];
        var maxTokens = request.MaxTokensPerDocument ?? int.MaxValue;
        var query = new TokenBuffer();
        var buffers = new ConcurrentBag<TokenBuffer> { query };
        try
        {
            tokenizer.Encode(request.Query, mode, query, encoder.QueryTokensToRead, cancellationToken);
            maxTokens = Math.Min(maxTokens, encoder.DocumentTokensToRead(query.Count));
            Parallel.For(
                0,
                slices.Length,
                DocumentParallelism.OptionsFor(slices.Length, documents.Sum(document => (long)document.Length), cancellationToken),
                CreateBuffer,
                EncodeDocument,
                static _ => { });
            return new CrossEncoderJob(encoder, query, slices, [.. buffers]);
        }
        catch
        {
            foreach (var buffer in buffers)
            {
                buffer.Dispose();
            }

            throw;
        }

        TokenBuffer CreateBuffer()
        {
            var buffer = new TokenBuffer(1024);
            buffers.Add(buffer);
            return buffer;
        }

        TokenBuffer EncodeDocument(int index, ParallelLoopState loop, TokenBuffer buffer)
        {
            var start = buffer.Count;
            var isWhole = tokenizer.Encode(documents[index], mode, buffer, maxTokens, cancellationToken);
            var length = buffer.Count - start;
            var fit = encoder.Fit(query.Count, length);
            buffer.Truncate(start + fit.DocumentTokens);
            slices[index] = new DocumentSlice(buffer, start, fit, IsTruncated: !isWhole || fit.DocumentTokens < length);
            return buffer;
        }
    }
}
