namespace RerankFunctions.Inference.Abstractions;

/// <summary>What is known of a loaded model.</summary>
/// <param name="Family">How pairs are laid out and scores read, for instance <c>cross-encoder</c> or <c>causal-yes-no</c>.</param>
/// <param name="Architecture">The architecture that <c>config.json</c> names.</param>
/// <param name="Revision">Identifies the weights: equal revisions give equal scores. Safe for file names.</param>
/// <param name="MaxTokens">Tokens of a pair at most, special tokens included.</param>
/// <param name="Precision">Type of the weights' file: <c>fp32</c>, <c>fp16</c> or <c>int8</c>.</param>
/// <param name="Device">Execution provider that runs the model: <c>cpu</c> or <c>cuda</c>.</param>
public sealed record ModelDescription(
    string Family,
    string Architecture,
    string Revision,
    int MaxTokens,
    string Precision,
    string Device);
