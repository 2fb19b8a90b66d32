namespace RerankFunctions.Contracts;

/// <summary>One document's score.</summary>
/// <param name="Index">Position in the request's documents, from 0.</param>
/// <param name="RelevanceScore">Logistic function of the logit, in [0, 1]; with <c>raw_scores</c> the logit itself. Finite.</param>
/// <param name="Document">The document, where <c>return_documents</c> asked for it; left out otherwise, never null.</param>
public sealed record RerankResult(int Index, double RelevanceScore, RerankDocument? Document = null);
