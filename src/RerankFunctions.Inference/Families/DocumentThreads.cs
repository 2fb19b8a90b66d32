namespace RerankFunctions.Inference.Families;

/// <summary>Tokenizes the documents of a request on as many threads as pay.</summary>
internal static class DocumentThreads
{
    // Below this much text a second thread costs more than it gives.
    private const int TextPerThread = 16 * 1024;

    /// <summary>How many threads pay, at least one.</summary>
    /// <param name="documents">Number of documents.</param>
    /// <param name="textLength">UTF-16 units that all of them have together.</param>
    public static int CountFor(int documents, long textLength) =>
        (int)Math.Clamp(textLength / TextPerThread, 1, Math.Min(Environment.ProcessorCount, Math.Max(1, documents)));

    /// <summary>Works on every document once, each thread on the next one that none has taken yet.</summary>
    /// <param name="threads">How many threads, <see cref="CountFor"/>; one is the caller's.</param>
    /// <param name="documents">Number of documents.</param>
    /// <param name="work">Called once a thread with the thread's number, from 0, and the indexes of the documents that fall to it.</param>
    /// <param name="cancellationToken">Looked at before every document.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the end.</exception>
    public static void Run(int threads, int documents, Action<int, IEnumerable<int>> work, CancellationToken cancellationToken)
    {
        var next = -1;
        IEnumerable<int> Take()
        {
            for (var document = Interlocked.Increment(ref next); document < documents; document = Interlocked.Increment(ref next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return document;
            }
        }

        if (threads == 1)
        {
            work(0, Take());
        }
        else
        {
            var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = threads };
            Parallel.For(0, threads, options, thread => work(thread, Take()));
        }
    }
}
