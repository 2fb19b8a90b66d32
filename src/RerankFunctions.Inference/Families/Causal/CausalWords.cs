namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Token ids that a yes/no reranker needs beside its prompt.</summary>
/// <param name="Yes">The word for relevant.</param>
/// <param name="No">The word for irrelevant.</param>
/// <param name="Pad">The padding token.</param>
/// <param name="Vocabulary">Words of the model, for a graph that does not say how many.</param>
internal sealed record CausalWords(int Yes, int No, int Pad, int Vocabulary);
