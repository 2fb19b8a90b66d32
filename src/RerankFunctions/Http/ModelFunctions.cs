using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using RerankFunctions.Clients;
using RerankFunctions.Contracts;
using RerankFunctions.Hosting;
using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Http;

/// <summary>The models of this deployment over HTTP.</summary>
public sealed class ModelFunctions(ClientAccess access, Role role, IReranker reranker, IOptions<RequestLimits> limits)
{
    private const string Owner = "rerank-functions";

    private static readonly long Created = new DateTimeOffset(Process.GetCurrentProcess().StartTime).ToUnixTimeSeconds();

    /// <summary>
    /// Lists the models that requests may name, with the limits of a request. It needs no model in this process. Like the rerank routes, it takes client keys.
    /// </summary>
    [Function("ListModels")]
    public IActionResult List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/models")] HttpRequest request)
    {
        using var entry = access.Enter(request);
        var listed = new ModelListAnswer("list", [.. role.Models.Models.Select(Describe)]);
        return new JsonAnswer<ModelListAnswer>(StatusCodes.Status200OK, listed, ModelJson.Default.ModelListAnswer);
    }

    private ListedModel Describe(ServedModel model)
    {
        var state = role.ScoresJobs ? reranker.StateOf(model.Name) : null;
        var slash = model.Name.IndexOf('/', StringComparison.Ordinal);
        return new ListedModel(
            model.Name,
            "model",
            Created,
            slash > 0 ? model.Name[..slash] : Owner,
            model.Name == role.Models.Default,
            model.Aliases,
            state is null ? null : Readiness.StatusOf(state),
            state?.Failure?.Code,
            state?.Description?.Revision,
            state?.Description?.Family,
            state?.Description?.MaxTokens,
            state?.Description?.Precision,
            state?.Description?.Device,
            ListedLimits.Of(limits.Value));
    }
}
