using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Inference.Families.CrossEncoder;

/// <summary>Tokenizes a request: the query once, the documents on as many threads as pay.</summary>
internal static class PairTokenizing
{
    /// <summary>Tokenizes and cuts to fit.</summary>
    /// <param name="request">Query and documents.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="pairs">How a pair is laid out and cut.</param>
    /// <param name="mode">Whether texts may spell out control tokens.</param>
    /// <param name="cancellationToken">Looked at before every document.</param>
    public static CrossEncoderJob Encode(ScoringRequest request, HuggingFaceTokenizer tokenizer, PairEncoder pairs, TextMode mode, CancellationToken cancellationToken)
    {
        var documents = request.Documents;
        var places = new CrossEncoderJob.Place[documents.Count];
        var threads = DocumentThreads.CountFor(documents.Count, documents.Sum(text => (long)text.Length));
        var query = new TokenBuffer();
        var buffers = new TokenBuffer[threads];
        for (var i = 0; i < threads; i++)
        {
            buffers[i] = new TokenBuffer(1024);
        }

        try
        {
            tokenizer.Encode(request.Query, mode, query, cancellationToken: cancellationToken);
            var most = request.MaxTokensPerDocument ?? int.MaxValue;
            DocumentThreads.Run(threads, places.Length, Work, cancellationToken);
            return new CrossEncoderJob(pairs, query, buffers, places);

            void Work(int thread, IEnumerable<int> share)
            {
                var buffer = buffers[thread];
                foreach (var document in share)
                {
                    var start = buffer.Count;
                    tokenizer.Encode(documents[document], mode, buffer, cancellationToken: cancellationToken);
                    var length = buffer.Count - start;
                    var fit = pairs.Fit(query.Count, Math.Min(length, most));
                    buffer.Truncate(start + fit.DocumentTokens);
                    places[document] = new CrossEncoderJob.Place(thread, start, fit, fit.DocumentTokens < length);
                }
            }
        }
        catch
        {
            query.Dispose();
            foreach (var buffer in buffers)
            {
                buffer.Dispose();
            }

            throw;
        }
    }
}
