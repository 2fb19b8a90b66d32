namespace RerankFunctions.Tokenizers.Added;

/// <summary>An entry of <c>added_tokens</c>: a token that is found in the text before the model runs.</summary>
/// <param name="Id">The id.</param>
/// <param name="Content">The spelling.</param>
/// <param name="SingleWord">Matches only if no word character touches it.</param>
/// <param name="LeftStrip">Matches the white space before it too.</param>
/// <param name="RightStrip">Matches the white space after it too.</param>
/// <param name="Normalized">Found in the normalized text instead of the raw text.</param>
/// <param name="Special">Declared special by the file.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special)
{
    /// <summary>
    /// Whether the token controls the model by what the entry says of it: special, or spelled like markup (<c>&lt;think&gt;</c>, which Qwen
    /// does not declare special). Other tokens, such as runs of spaces, are ordinary text unless the pair template uses them.
    /// </summary>
    public bool IsControl => Special || (Content.Length > 2 && Content[0] == '<' && Content[^1] == '>');
}
