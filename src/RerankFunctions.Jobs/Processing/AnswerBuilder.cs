using System.Globalization;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;
using RerankFunctions.Jobs.Protocol;

namespace RerankFunctions.Jobs.Processing;

/// <summary>Builds a job's answer from the scores of its pairs.</summary>
public static class AnswerBuilder
{
    // Keeps the warning short when a thousand documents are cut.
    private const int MaxListedIndexes = 50;

    /// <summary>Sorts, cuts and converts the scores as the request asks.</summary>
    /// <exception cref="JobFaultException">The number of scores differs from the number of documents.</exception>
    public static RerankAnswer Build(JobId id, RerankRequest request, PairScores scores)
    {
        var logits = scores.Logits;
        if (logits.Count != request.Documents.Count)
        {
            throw new JobFaultException(
                FailureCodes.ModelError,
                $"The model returned {logits.Count} scores for {request.Documents.Count} documents.");
        }

        var order = Enumerable.Range(0, logits.Count).ToArray();
        Array.Sort(order, (left, right) =>
        {
            var byLogit = logits[right].CompareTo(logits[left]);
            return byLogit != 0 ? byLogit : left.CompareTo(right);
        });

        var results = new RerankResult[Math.Min(request.TopN ?? order.Length, order.Length)];
        for (var rank = 0; rank < results.Length; rank++)
        {
            var index = order[rank];
            results[rank] = new RerankResult(
                index,
                request.RawScores ? logits[index] : PairScores.Relevance(logits[index]),
                request.ReturnDocuments ? new RerankDocument(request.Documents[index]) : null);
        }

        return new RerankAnswer(
            id.ToString(),
            request.Model,
            results,
            RerankUsage.Of(scores.TotalTokens, scores.CachedTokens),
            RerankMeta.Of(order.Length, scores.TotalTokens, Warnings(scores)));
    }

    private static List<string> Warnings(PairScores scores)
    {
        var warnings = new List<string>();
        if (scores.QueryTruncated)
        {
            warnings.Add("The query is longer than the model's limit and was cut.");
        }

        var cut = scores.TruncatedDocuments;
        if (cut.Count > 0)
        {
            var indexes = string.Join(", ", cut.Take(MaxListedIndexes));
            var rest = cut.Count > MaxListedIndexes ? ", …" : string.Empty;
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{cut.Count} of the documents are longer than the model's limit and were cut; by index: {indexes}{rest}."));
        }

        return warnings;
    }
}
