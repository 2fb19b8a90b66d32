using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Http;

namespace RerankFunctions.Sync;

/// <summary>Creates an answer in the form that the client's contract asks for.</summary>
internal static class DialectAnswer
{
    /// <summary>Creates the answer: 200 with the results.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answers">An answer for each part of the request.</param>
    /// <param name="created">Time of the answer.</param>
    /// <param name="preferenceApplied">Value of the Preference-Applied header; null for none.</param>
    public static IActionResult Of(
        DialectRequest request, IReadOnlyList<RerankAnswer> answers, DateTimeOffset created, string? preferenceApplied = null)
    {
        var answer = answers[0];
        return request.Dialect switch
        {
            Dialect.Voyage => Ok(ToVoyage(answer)),
            Dialect.TextEmbeddingsInference => Ok(ToTexts(answer)),
            Dialect.Mixedbread => Ok(ToMixedbread(answer, request.Parts[0].Request)),
            Dialect.Nim => Ok(ToNim(answer)),
            Dialect.Score => Ok(ToScores(request, answers, created)),
            _ => Ok(new CohereAnswer(answer.Id, answer.Model, answer.Results, answer.Usage, answer.Meta)),
        };

        JsonAnswer<T> Ok<T>(T value) => new(
            StatusCodes.Status200OK,
            value,
            (JsonTypeInfo<T>)DialectJson.Wire.GetTypeInfo(typeof(T))!)
        {
            PreferenceApplied = preferenceApplied,
        };
    }

    private static VoyageAnswer ToVoyage(RerankAnswer answer) => new(
        [.. answer.Results.Select(result => new VoyageResult(result.Index, result.RelevanceScore, result.Document?.Text))], answer.Model, answer.Usage);

    private static TextScore[] ToTexts(RerankAnswer answer) =>
        [.. answer.Results.Select(result => new TextScore(result.Index, result.Document?.Text, (float)result.RelevanceScore))];

    private static MixedbreadAnswer ToMixedbread(RerankAnswer answer, RerankRequest request) => new(
        answer.Model,
        answer.Usage,
        request.TopN ?? request.Documents.Count,
        request.ReturnDocuments,
        [.. answer.Results.Select(result => new MixedbreadResult(result.Index, result.RelevanceScore, result.Document?.Text))]);

    private static NimAnswer ToNim(RerankAnswer answer) =>
        new([.. answer.Results.Select(result => new NimRanking(result.Index, (float)result.RelevanceScore))], answer.Usage);

    private static ScoreAnswer ToScores(DialectRequest request, IReadOnlyList<RerankAnswer> answers, DateTimeOffset created)
    {
        var scores = new ScoreResult[request.Pairs];
        var (tokens, cachedTokens) = (0L, 0L);
        for (var part = 0; part < answers.Count; part++)
        {
            tokens += answers[part].Usage.TotalTokens;
            cachedTokens += answers[part].Usage.CachedTokens;
            foreach (var result in answers[part].Results)
            {
                var index = request.Parts[part].Positions?[result.Index] ?? result.Index;
                scores[index] = new ScoreResult(index, result.RelevanceScore);
            }
        }

        return new ScoreAnswer(answers[0].Id, created.ToUnixTimeSeconds(), answers[0].Model, scores, RerankUsage.Of(tokens, cachedTokens));
    }
}
