namespace RerankFunctions.Inference.Families.Causal;

/// <summary>Token ids that a yes/no reranker needs beside its prompt.</summary>
/// <param name="Yes">The answer that means relevant.</param>
/// <param name="No">The answer that means irrelevant.</param>
/// <param name="Pad">The padding token.</param>
/// <param name="VocabularySize">Size of the vocabulary, for a graph that does not declare it.</param>
internal sealed record YesNoTokens(int Yes, int No, int Pad, int VocabularySize);
