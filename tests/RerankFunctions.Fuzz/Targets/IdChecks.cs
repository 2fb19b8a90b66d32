using RerankFunctions.Tokenizers;

namespace RerankFunctions.Fuzz.Targets;

/// <summary>What holds of ids whatever the text.</summary>
internal static class IdChecks
{
    public static void InVocabulary(ReadOnlySpan<int> ids, HuggingFaceTokenizer tokenizer, string name)
    {
        foreach (var id in ids)
        {
            if (id < 0 || id >= tokenizer.VocabularySize)
            {
                throw new InvalidOperationException($"{name}: id {id} is outside of the vocabulary of {tokenizer.VocabularySize}.");
            }
        }
    }
}
