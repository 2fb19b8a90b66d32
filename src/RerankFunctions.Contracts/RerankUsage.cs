namespace RerankFunctions.Contracts;

/// <summary>Tokens that went through the model, padding not counted.</summary>
/// <param name="PromptTokens">All of them: a reranker generates nothing.</param>
/// <param name="CompletionTokens">0.</param>
/// <param name="TotalTokens">The sum.</param>
public sealed record RerankUsage(long PromptTokens, long CompletionTokens, long TotalTokens)
{
    /// <summary>The usage of a number of tokens.</summary>
    public static RerankUsage Of(long tokens) => new(tokens, 0, tokens);
}
