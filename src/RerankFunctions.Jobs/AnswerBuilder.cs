using System.Globalization;
using RerankFunctions.Contracts;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Jobs;

/// <summary>Makes an answer of scores.</summary>
internal static class AnswerBuilder
{
    // A warning stays readable, and short beside a thousand results.
    private const int MaxIndexesNamed = 50;

    /// <summary>Sorts, cuts and converts the scores as the request asks.</summary>
    /// <exception cref="JobFaultException">The model gave another number of scores.</exception>
    public static RerankAnswer Build(JobId id, RerankRequest request, PairScores scores)
    {
        var logits = scores.Logits;
        if (logits.Count != request.Documents.Count)
        {
            throw new JobFaultException(
                FailureCodes.ModelError,
                $"The model gave {logits.Count} scores for {request.Documents.Count} documents.");
        }

        var order = new int[logits.Count];
        for (var index = 0; index < order.Length; index++)
        {
            order[index] = index;
        }

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
            RerankUsage.Of(scores.TotalTokens),
            RerankMeta.Of(order.Length, scores.TotalTokens, Warnings(scores)));
    }

    private static List<string> Warnings(PairScores scores)
    {
        var warnings = new List<string>();
        if (scores.QueryTruncated)
        {
            warnings.Add("The query was longer than the model reads and was cut.");
        }

        var cut = scores.TruncatedDocuments;
        if (cut.Count > 0)
        {
            var indexes = string.Join(", ", cut.Take(MaxIndexesNamed));
            var rest = cut.Count > MaxIndexesNamed ? ", …" : string.Empty;
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{cut.Count} of the documents were longer than the model reads and were cut; by index: {indexes}{rest}."));
        }

        return warnings;
    }
}
