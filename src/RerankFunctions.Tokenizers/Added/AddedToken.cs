namespace RerankFunctions.Tokenizers.Added;

/// <summary>One entry of <c>added_tokens</c>: a token that is found in the text itself, ahead of the model.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its spelling.</param>
/// <param name="SingleWord">Only where no word character touches it.</param>
/// <param name="LeftStrip">Takes the white space before it.</param>
/// <param name="RightStrip">Takes the white space after it.</param>
/// <param name="Normalized">Looked for in the normalized text instead of the raw one.</param>
/// <param name="Special">Declared special by the file.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool LeftStrip, bool RightStrip, bool Normalized, bool Special)
{
    /// <summary>
    /// Whether the token steers the model and may therefore never come out of a user's text: special, or spelled like markup
    /// (<c>&lt;think&gt;</c>, which Qwen does not declare special). Others, runs of spaces for instance, are ordinary text.
    /// </summary>
    public bool IsControl => Special || (Content.Length > 2 && Content[0] == '<' && Content[^1] == '>');
}
