using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace RerankFunctions.Sync;

/// <summary>The rerank routes of known clients. All do the same: the body tells the contract. The app itself checks their keys.</summary>
public sealed class SyncFunctions(SyncRerank rerank)
{
    /// <summary>Cohere v2, LiteLLM, vLLM.</summary>
    [Function("RerankV2")]
    public Task<IActionResult> V2Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v2/rerank")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>Cohere v1, Jina, Voyage, Together, vLLM, Xinference, Dify, Open WebUI.</summary>
    [Function("RerankV1")]
    public Task<IActionResult> V1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/rerank")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>Text Embeddings Inference, Infinity, vLLM.</summary>
    [Function("Rerank")]
    public Task<IActionResult> PlainAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "rerank")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>Mixedbread, llama.cpp.</summary>
    [Function("RerankingV1")]
    public Task<IActionResult> RerankingV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/reranking")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>llama.cpp.</summary>
    [Function("Reranking")]
    public Task<IActionResult> RerankingAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "reranking")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>NVIDIA NIM.</summary>
    [Function("RankingV1")]
    public Task<IActionResult> RankingV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/ranking")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>Cohere's clients with a base URL that ends in <c>/v1</c>.</summary>
    [Function("RerankV1V2")]
    public Task<IActionResult> V1V2Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/v2/rerank")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>Cohere's clients with a base URL that ends in <c>/v1</c>.</summary>
    [Function("RerankV1V1")]
    public Task<IActionResult> V1V1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/v1/rerank")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>Azure AI Foundry's clients.</summary>
    [Function("RerankAzure")]
    public Task<IActionResult> AzureAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "providers/cohere/v2/rerank")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: false, context, cancellationToken);

    /// <summary>vLLM's score API.</summary>
    [Function("Score")]
    public Task<IActionResult> ScoreAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "score")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: true, context, cancellationToken);

    /// <summary>vLLM's score API.</summary>
    [Function("ScoreV1")]
    public Task<IActionResult> ScoreV1Async(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/score")] HttpRequest request,
        FunctionContext context,
        CancellationToken cancellationToken) => rerank.AnswerAsync(request, isScore: true, context, cancellationToken);
}
