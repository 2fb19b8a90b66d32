using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using RerankFunctions.Contracts;
using RerankFunctions.Contracts.Dialects;
using RerankFunctions.Http;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Sync;

/// <summary>
/// What clients of Text Embeddings Inference ask before they rerank. Like <c>/readyz</c> it needs no key; it also tells the limit of documents and the version
/// of the app.
/// </summary>
public sealed class InfoFunctions(IReranker reranker, ServedModels models, IOptions<RequestLimits> limits)
{
    /// <summary>Describes the model.</summary>
    [Function("Info")]
    public IActionResult Info([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "info")] HttpRequest request)
    {
        var description = reranker.StateOf(models.Default).Description;
        var info = new TextEmbeddingsInferenceInfo(
            models.Default,
            new TextEmbeddingsInferenceModelType(new RerankerLabels()),
            description?.MaxTokens,
            limits.Value.MaxDocuments,
            description?.Revision,
            description?.Precision,
            typeof(InfoFunctions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
        return new JsonAnswer<TextEmbeddingsInferenceInfo>(StatusCodes.Status200OK, info, DialectJson.Wire.TextEmbeddingsInferenceInfo);
    }

    /// <summary>Answers 200 while the process runs.</summary>
    [Function("HealthAlias")]
    public static IActionResult Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) =>
        new StatusCodeResult(StatusCodes.Status200OK);
}
