namespace RerankFunctions.Inference.Abstractions;

/// <summary>Facts about a model on this machine, which need not be loaded.</summary>
/// <param name="Family">How pairs become prompts and outputs become scores, for instance <c>cross-encoder</c> or <c>causal-yes-no</c>.</param>
/// <param name="Architecture">The architecture that <c>config.json</c> names.</param>
/// <param name="Revision">
/// Identifies the model's files, its precision and its device; of files over 64 MiB, samples count. Equal revisions give equal scores but for rounding, which
/// differs between processors, and for int8 exports of ONNX, whose scores depend on the pairs beside. Safe in file names.
/// </param>
/// <param name="MaxTokens">Maximum number of tokens of a pair, special tokens included.</param>
/// <param name="Precision">Type of the weights: <c>fp32</c>, <c>fp16</c>, <c>int8</c> or <c>int4</c>.</param>
/// <param name="Device">The device that runs the model.</param>
public sealed record ModelDescription(
    string Family,
    string Architecture,
    string Revision,
    int MaxTokens,
    string Precision,
    Device Device);
