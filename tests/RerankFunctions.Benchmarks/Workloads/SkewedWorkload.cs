using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Benchmarks.Workloads;

/// <summary>Jobs of 10 documents whose queries and documents are drawn by Zipf's law, so that pairs repeat.</summary>
internal static class SkewedWorkload
{
    private const int DocumentsPerJob = 10;

    /// <summary>Makes up jobs over a third as many queries and twice as many documents. Two calls share no text.</summary>
    public static IReadOnlyList<ScoringRequest> Create(TextGenerator texts, int jobs, int seed)
    {
        var random = new Random(seed);
        var queries = Enumerable.Range(0, Math.Max(2, jobs / 3)).Select(_ => texts.NextQuery()).ToArray();
        var documents = Enumerable.Range(0, Math.Max(2 * DocumentsPerJob, 2 * jobs)).Select(_ => texts.NextDocument()).ToArray();
        var (queryRanks, documentRanks) = (CumulativeWeights(queries.Length), CumulativeWeights(documents.Length));
        return
        [
            .. Enumerable.Range(0, jobs)
                .Select(_ => new ScoringRequest(queries[Draw(queryRanks, random)], DrawDistinct(documents, documentRanks, random))),
        ];
    }

    /// <summary>Returns the share of pairs that occurred before.</summary>
    public static double RepeatedShare(IReadOnlyList<ScoringRequest> jobs)
    {
        var pairs = jobs.SelectMany(job => job.Documents.Select(document => (job.Query, document))).ToList();
        return 1 - ((double)pairs.Distinct().Count() / pairs.Count);
    }

    private static string[] DrawDistinct(string[] documents, double[] ranks, Random random)
    {
        var drawn = new HashSet<int>();
        while (drawn.Count < DocumentsPerJob)
        {
            drawn.Add(Draw(ranks, random));
        }

        return [.. drawn.Select(rank => documents[rank])];
    }

    // The n-th text has the weight 1 / n.
    private static double[] CumulativeWeights(int count)
    {
        var sum = 0.0;
        return [.. Enumerable.Range(1, count).Select(rank => sum += 1.0 / rank)];
    }

    private static int Draw(double[] cumulative, Random random)
    {
        var found = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return Math.Min(found < 0 ? ~found : found, cumulative.Length - 1);
    }
}
