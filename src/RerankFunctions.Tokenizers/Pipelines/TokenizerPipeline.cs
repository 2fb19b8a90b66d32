using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Pipelines;

/// <summary>Normalizer, pre-tokenizer and model of one family. Safe for use by many threads at once.</summary>
internal abstract class TokenizerPipeline
{
    /// <summary>One more than the largest id of the model's vocabulary.</summary>
    public abstract int Size { get; }

    /// <summary>Finds a position where a raw text can be cut so that the ids of both parts are those of the whole, added tokens aside.</summary>
    /// <param name="raw">The text.</param>
    /// <param name="from">First position to consider, larger than 0.</param>
    /// <returns>
    /// The position, or the length of the text if there is none. Normalization leaves the unit before it as it is; the unit behind it too, but
    /// it may become a space or get a space before it.
    /// </returns>
    public abstract int FindCut(ReadOnlySpan<char> raw, int from);

    /// <summary>Normalizes a stretch of raw text between added tokens.</summary>
    /// <param name="raw">The stretch, never empty.</param>
    /// <param name="scratch">Empty buffer for the normalized text. If it is aligned, each unit carries its offsets in <paramref name="raw"/>.</param>
    /// <returns>False if the text is normalized already; <paramref name="scratch"/> is unused then.</returns>
    public abstract bool Normalize(ReadOnlySpan<char> raw, NormalizedText scratch);

    /// <summary>Appends the ids of a stretch of normalized text.</summary>
    /// <param name="text">The stretch, never empty. A lone surrogate counts as U+FFFD.</param>
    /// <param name="preceding">What comes before the stretch.</param>
    /// <param name="mode">In <see cref="TextMode.UserText"/> the id of a control token must not be appended.</param>
    /// <param name="sink">Receives ids, and offsets in <paramref name="text"/>. When it is full, the rest of the text is not encoded.</param>
    /// <exception cref="OperationCanceledException">The sink's cancellation token is cancelled.</exception>
    public abstract void Encode(ReadOnlySpan<char> text, Preceding preceding, TextMode mode, TokenSink sink);

    /// <summary>Looks up the id of a token in the model's vocabulary, without added tokens.</summary>
    public abstract bool TryGetId(string token, out int id);

    /// <summary>Returns the token of the model's vocabulary that has an id, or null.</summary>
    public abstract string? TokenOf(int id);
}
