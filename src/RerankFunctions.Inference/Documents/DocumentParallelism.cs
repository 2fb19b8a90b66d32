namespace RerankFunctions.Inference.Documents;

/// <summary>How many threads tokenize the documents of a request.</summary>
internal static class DocumentParallelism
{
    // With less text than this, a second thread costs more than it saves.
    private const int TextPerThread = 16 * 1024;

    /// <summary>Creates the options of a loop over documents.</summary>
    /// <param name="documents">Number of documents.</param>
    /// <param name="textLength">Number of UTF-16 units to tokenize.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    public static ParallelOptions OptionsFor(int documents, long textLength, CancellationToken cancellationToken) => new()
    {
        CancellationToken = cancellationToken,
        MaxDegreeOfParallelism = (int)Math.Clamp(textLength / TextPerThread, 1, Math.Min(Environment.ProcessorCount, Math.Max(1, documents))),
    };
}
