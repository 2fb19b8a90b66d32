namespace RerankFunctions.Inference.Families.Causal;

/// <summary>What a causal graph gives for a pair, and where.</summary>
internal enum CausalOutput
{
    /// <summary>yes − no, one number a pair: the head was cut (<see cref="CausalGraph.CutHead"/>).</summary>
    Difference,

    /// <summary>Logits of the whole vocabulary, computed at every position and given at each pair's last token (<see cref="CausalGraph.TakeLast"/>).</summary>
    Vocabulary,

    /// <summary>Logits of the whole vocabulary at the last position of a row: rows end with their last token.</summary>
    VocabularyAtEnd,

    /// <summary>One label a row, read by the graph itself at the last token that is not padding.</summary>
    Label,
}

/// <summary>Inputs and outputs of a causal graph as it is run.</summary>
/// <param name="Output">What it gives.</param>
/// <param name="OutputName">Name of that output.</param>
/// <param name="TakesPositions">Whether it has the input <c>position_ids</c>.</param>
/// <param name="Pasts">Inputs for keys and values of earlier tokens; empty when it has none.</param>
/// <param name="SharesPrefix">Whether they take one row for all (<see cref="PrefixGraph"/>).</param>
/// <param name="PadsLeft">Whether padding stands before a row's tokens; else behind them.</param>
/// <param name="PadId">Token that rows are padded with.</param>
/// <param name="Vocabulary">Words that <paramref name="Output"/> is over; 1 for a label or a difference.</param>
/// <param name="Yes">Id of the word for relevant, where <paramref name="Output"/> is over the vocabulary.</param>
/// <param name="No">Id of the word for irrelevant.</param>
internal sealed record CausalLayout(
    CausalOutput Output,
    string OutputName,
    bool TakesPositions,
    IReadOnlyList<PastInput> Pasts,
    bool SharesPrefix,
    bool PadsLeft,
    int PadId,
    int Vocabulary,
    int Yes,
    int No)
{
    /// <summary>Whether it has the input <see cref="CausalGraph.Positions"/>.</summary>
    public bool TakesLast => Output is CausalOutput.Difference or CausalOutput.Vocabulary;
}
