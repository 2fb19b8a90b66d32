using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Pipelines;

/// <summary>Normalizer, pre-tokenizer and model of one family. Safe for use by many threads at once.</summary>
internal abstract class TokenizerPipeline
{
    /// <summary>One more than the largest id of the model's vocabulary.</summary>
    public abstract int Size { get; }

    /// <summary>Normalizes a stretch of raw text between added tokens.</summary>
    /// <param name="raw">The stretch, never empty.</param>
    /// <param name="scratch">Empty buffer for the normalized text. If it is aligned, each unit carries its offsets in <paramref name="raw"/>.</param>
    /// <returns>False if the text is normalized already; <paramref name="scratch"/> is unused then.</returns>
    public abstract bool Normalize(ReadOnlySpan<char> raw, NormalizedText scratch);

    /// <summary>Appends the ids of a stretch of normalized text.</summary>
    /// <param name="text">The stretch, never empty. A lone surrogate counts as U+FFFD.</param>
    /// <param name="isStart">Whether the stretch starts where the whole text does.</param>
    /// <param name="mode">In <see cref="TextMode.UserText"/> the id of a control token must not be appended.</param>
    /// <param name="sink">Receives ids, and offsets in <paramref name="text"/>.</param>
    public abstract void Encode(ReadOnlySpan<char> text, bool isStart, TextMode mode, TokenSink sink);

    /// <summary>Looks up the id of a token in the model's vocabulary, without added tokens.</summary>
    public abstract bool TryGetId(string token, out int id);

    /// <summary>Returns the token of the model's vocabulary that has an id, or null.</summary>
    public abstract string? TokenOf(int id);
}
