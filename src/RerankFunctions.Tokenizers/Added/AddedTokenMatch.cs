namespace RerankFunctions.Tokenizers.Added;

/// <summary>An added token found in a text.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Start">Start of the match, with the white space that the token takes.</param>
/// <param name="End">End of the match, with the white space that the token takes.</param>
internal readonly record struct AddedTokenMatch(int Id, int Start, int End);
