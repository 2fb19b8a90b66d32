namespace RerankFunctions.Contracts;

/// <summary>The answer to a rerank request.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Model">Name of the model that scored.</param>
/// <param name="Results">Sorted by raw logit descending, then index; cut to the request's <c>top_n</c>.</param>
/// <param name="Usage">Tokens.</param>
/// <param name="Meta">Version, units and warnings, in the shape that Cohere's clients read.</param>
public sealed record RerankAnswer(
    string Id,
    string Model,
    IReadOnlyList<RerankResult> Results,
    RerankUsage Usage,
    RerankMeta Meta);
