namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Inputs and outputs of a causal graph as it is run.</summary>
/// <param name="Output">What the graph gives.</param>
/// <param name="OutputName">Name of that output.</param>
/// <param name="TakesPositions">Whether the graph has the input <c>position_ids</c>.</param>
/// <param name="Pasts">Inputs for keys and values of earlier tokens; empty when it has none.</param>
/// <param name="SharesPrefix">Whether these inputs take one row for all (<see cref="PrefixGraph"/>).</param>
/// <param name="PadsLeft">Whether padding stands before a row's tokens; else behind them.</param>
/// <param name="PadId">The id that rows are padded with.</param>
/// <param name="VocabularySize">Number of logits per position; 1 for a label or a difference.</param>
/// <param name="Yes">Id of the token that means relevant, where <paramref name="Output"/> is over the vocabulary.</param>
/// <param name="No">Id of the token that means irrelevant.</param>
internal sealed record CausalLayout(
    CausalOutput Output,
    string OutputName,
    bool TakesPositions,
    IReadOnlyList<PastInput> Pasts,
    bool SharesPrefix,
    bool PadsLeft,
    int PadId,
    int VocabularySize,
    int Yes,
    int No)
{
    /// <summary>Whether the graph has the input <c>attention_mask</c>.</summary>
    public bool TakesMask { get; init; } = true;

    /// <summary>Whether the graph has the input <see cref="CausalGraph.Positions"/>.</summary>
    public bool TakesLast => Output is CausalOutput.Difference or CausalOutput.Vocabulary;
}
