using Microsoft.ML.Tokenizers;

namespace RerankFunctions.Tokenizers;

/// <summary>
/// A tokenizer read from a Hugging Face <c>tokenizer.json</c> that gives the ids of Hugging Face's own library.
/// The members inherited from <see cref="Tokenizer"/> work in <see cref="TextMode.Parity"/>. Safe for use by many threads at once.
/// </summary>
public abstract class HuggingFaceTokenizer : Tokenizer
{
    /// <summary>Appends the ids of a text to a buffer, without the special tokens of a template. Allocates nothing per token.</summary>
    /// <param name="text">UTF-16 text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="mode">Whether control tokens spelled out in the text become control ids.</param>
    /// <param name="destination">Where the ids are appended.</param>
    public abstract void Encode(ReadOnlySpan<char> text, TextMode mode, TokenBuffer destination);

    /// <summary>Number of ids: one more than the largest id of vocabulary and added tokens.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The id of a token by its exact content, added tokens included.</summary>
    /// <returns>Whether the vocabulary has it.</returns>
    public abstract bool TryGetId(string token, out int id);
}
