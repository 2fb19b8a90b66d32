namespace RerankFunctions.Tokenizers.Pairs;

/// <summary>Numbers of tokens of a pair after truncation.</summary>
/// <param name="QueryTokens">Tokens of the query that are kept, from its start.</param>
/// <param name="DocumentTokens">Tokens of the document that are kept, from its start.</param>
/// <param name="IsQueryCut">Whether tokens of the query are cut.</param>
/// <param name="TotalTokens">Tokens of the whole pair, special tokens included.</param>
public readonly record struct PairFit(int QueryTokens, int DocumentTokens, bool IsQueryCut, int TotalTokens);
