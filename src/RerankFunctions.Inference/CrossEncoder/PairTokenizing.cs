using RerankFunctions.Tokenizers;
using RerankFunctions.Tokenizers.Pairs;

namespace RerankFunctions.Inference.CrossEncoder;

/// <summary>Tokenizes a request: the query once, the documents on as many threads as pay.</summary>
internal static class PairTokenizing
{
    // Below this much text a second thread costs more than it gives.
    private const int TextPerThread = 16 * 1024;

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
        var threads = (int)Math.Clamp(documents.Sum(text => (long)text.Length) / TextPerThread, 1, Math.Min(Environment.ProcessorCount, Math.Max(1, documents.Count)));
        var query = new TokenBuffer();
        var buffers = new TokenBuffer[threads];
        for (var i = 0; i < threads; i++)
        {
            buffers[i] = new TokenBuffer(1024);
        }

        try
        {
            tokenizer.Encode(request.Query, mode, query);
            var next = -1;
            var most = request.MaxTokensPerDocument ?? int.MaxValue;
            void Work(int thread)
            {
                var buffer = buffers[thread];
                for (var document = Interlocked.Increment(ref next); document < places.Length; document = Interlocked.Increment(ref next))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var start = buffer.Count;
                    tokenizer.Encode(documents[document], mode, buffer);
                    var length = buffer.Count - start;
                    var fit = pairs.Fit(query.Count, Math.Min(length, most));
                    buffer.Truncate(start + fit.DocumentTokens);
                    places[document] = new CrossEncoderJob.Place(thread, start, fit, fit.DocumentTokens < length);
                }
            }

            if (threads == 1)
                Work(0);
            else
                Parallel.For(0, threads, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = threads }, Work);

            return new CrossEncoderJob(pairs, query, buffers, places);
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
