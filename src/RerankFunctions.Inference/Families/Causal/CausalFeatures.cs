namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Which rewritings of a causal graph are done where it allows them; scores are the same without them.</summary>
/// <param name="CutHead">Only yes − no is computed, at each row's last token.</param>
/// <param name="SharePrefix">What begins all pairs of a job is computed once.</param>
internal sealed record CausalFeatures(bool CutHead = true, bool SharePrefix = true);
