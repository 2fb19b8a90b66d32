namespace RerankFunctions.Contracts;

/// <summary>Tokens of a batch's lines that are done: named as in the answers to lines, and as in OpenAI's batch object.</summary>
/// <param name="PromptTokens">Tokens of all pairs, padding not counted.</param>
/// <param name="CompletionTokens">0: a reranker generates nothing.</param>
/// <param name="TotalTokens">The sum.</param>
/// <param name="CachedTokens">Those of them that did not go through the model, because the score was known.</param>
public sealed record BatchUsage(long PromptTokens, long CompletionTokens, long TotalTokens, long CachedTokens)
{
    /// <summary>Same as <see cref="PromptTokens"/>.</summary>
    public long InputTokens => PromptTokens;

    /// <summary>Which of the input tokens cost no work.</summary>
    public InputTokensDetails InputTokensDetails => new(CachedTokens);

    /// <summary>Same as <see cref="CompletionTokens"/>.</summary>
    public long OutputTokens => CompletionTokens;

    /// <summary>What the output tokens are.</summary>
    public OutputTokensDetails OutputTokensDetails { get; } = new(0);

    /// <summary>Creates the usage of a number of tokens.</summary>
    /// <param name="tokens">Tokens of all pairs.</param>
    /// <param name="cachedTokens">Those of them whose scores were known.</param>
    public static BatchUsage Of(long tokens, long cachedTokens) => new(tokens, 0, tokens, cachedTokens);
}

/// <summary>A part of the input tokens.</summary>
/// <param name="CachedTokens">Those whose scores were known.</param>
public sealed record InputTokensDetails(long CachedTokens);

/// <summary>A part of the output tokens.</summary>
/// <param name="ReasoningTokens">0.</param>
public sealed record OutputTokensDetails(long ReasoningTokens);
