namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Which rewritings of a causal graph are done where the graph allows them. They do not change scores.</summary>
/// <param name="CutHead">Whether the head computes only yes − no, at each row's last token.</param>
/// <param name="SharePrefix">Whether the tokens that all pairs of a job begin with are computed once.</param>
internal sealed record CausalFeatures(bool CutHead = true, bool SharePrefix = true);
