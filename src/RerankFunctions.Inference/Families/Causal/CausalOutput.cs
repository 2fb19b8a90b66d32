namespace RerankFunctions.Inference.Families.Causal;

/// <summary>What a causal graph gives for a pair, and where.</summary>
internal enum CausalOutput
{
    /// <summary>yes − no, one number per pair: the head was cut (<see cref="CausalGraph.CutHead"/>).</summary>
    Difference,

    /// <summary>Logits of the whole vocabulary, computed at every position and given at each pair's last token (<see cref="CausalGraph.TakeLast"/>).</summary>
    Vocabulary,

    /// <summary>Logits of the whole vocabulary at the last position of a row: rows end with their last token.</summary>
    VocabularyAtEnd,

    /// <summary>One label per row, read by the graph itself at the last token that is not padding.</summary>
    Label,
}
