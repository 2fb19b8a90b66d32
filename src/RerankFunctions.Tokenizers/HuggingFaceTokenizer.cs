using System.Buffers;
using Microsoft.ML.Tokenizers;
using RerankFunctions.Tokenizers.Added;
using RerankFunctions.Tokenizers.Decoding;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Pipelines;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers;

/// <summary>
/// A tokenizer read from a Hugging Face <c>tokenizer.json</c>. Its ids are those of Hugging Face's own library.
/// Members inherited from <see cref="Tokenizer"/> use <see cref="TextMode.Parity"/>. Safe for use by many threads at once.
/// </summary>
public sealed class HuggingFaceTokenizer : Tokenizer
{
    private readonly TokenizerPipeline _pipeline;
    private readonly TextEncoder _encoder;
    private readonly AddedTokenList _addedTokens;
    private readonly TokenDecoder _decoder;

    internal HuggingFaceTokenizer(TokenizerPipeline pipeline, TextEncoder encoder, AddedTokenList addedTokens, TokenDecoder decoder, PairTemplate pairTemplate)
    {
        _pipeline = pipeline;
        _encoder = encoder;
        _addedTokens = addedTokens;
        _decoder = decoder;
        PairTemplate = pairTemplate;
    }

    /// <summary>The special tokens around a query and a document.</summary>
    public PairTemplate PairTemplate { get; }

    /// <summary>Number of ids: one more than the largest id of vocabulary and added tokens.</summary>
    public int VocabularySize => Math.Max(_pipeline.Size, _addedTokens.MaxUsedId + 1);

    /// <summary>Appends the ids of a text to a buffer, without the special tokens of a template. Allocates nothing per token.</summary>
    /// <remarks>The text is read only as far as its first <paramref name="maxTokens"/> tokens and the word after them need.</remarks>
    /// <param name="text">UTF-16 text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="mode">Whether control tokens in the text become control ids.</param>
    /// <param name="destination">Receives the ids.</param>
    /// <param name="maxTokens">Maximum number of ids to append.</param>
    /// <param name="cancellationToken">Checked at every word and inside long ones, but not while a part of the text without a cut is normalized.</param>
    /// <returns>Whether these are all ids of the text; false if it has more than <paramref name="maxTokens"/>.</returns>
    /// <exception cref="OperationCanceledException">Cancelled before the end; the buffer holds the ids that it held before.</exception>
    public bool Encode(
        ReadOnlySpan<char> text, TextMode mode, TokenBuffer destination, int maxTokens = int.MaxValue, CancellationToken cancellationToken = default) =>
        Encode(text, mode, destination, offsets: null, maxTokens, cancellationToken);

    /// <summary>Appends the ids of a text to a buffer, and the part of the text that each id stands for.</summary>
    /// <param name="text">UTF-16 text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="mode">Whether control tokens in the text become control ids.</param>
    /// <param name="destination">Receives the ids.</param>
    /// <param name="offsets">Receives start and end of each id in the text, in UTF-16 units; null for none.</param>
    /// <param name="maxTokens">Maximum number of ids to append.</param>
    /// <param name="cancellationToken">Checked at every word and inside long ones, but not while a part of the text without a cut is normalized.</param>
    /// <returns>Whether these are all ids of the text; false if it has more than <paramref name="maxTokens"/>.</returns>
    /// <exception cref="OperationCanceledException">Cancelled before the end; buffer and offsets hold what they held before.</exception>
    public bool Encode(
        ReadOnlySpan<char> text,
        TextMode mode,
        TokenBuffer destination,
        TokenOffsets? offsets,
        int maxTokens,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        var (before, offsetsBefore) = (destination.Count, offsets?.List.Count ?? 0);
        var sink = new TokenSink(destination, offsets?.List, maxTokens, cancellationToken);
        try
        {
            _encoder.Encode(text, mode, sink);
        }
        catch (OperationCanceledException)
        {
            sink.Truncate(before, offsetsBefore);
            throw;
        }

        var isWhole = destination.Count - before <= maxTokens;
        if (!isWhole)
        {
            sink.Truncate(before + maxTokens, offsetsBefore + maxTokens);
        }

        return isWhole;
    }

    /// <summary>Finds a position where a text can be cut so that the ids of the part before it are the first ids of the text.</summary>
    /// <param name="text">UTF-16 text, which may follow other text.</param>
    /// <param name="mode">Whether control tokens in the text become control ids.</param>
    /// <param name="from">First position to consider, larger than 0.</param>
    /// <returns>The position, or the length of the text if there is none.</returns>
    public int FindCut(ReadOnlySpan<char> text, TextMode mode, int from)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        return _encoder.FindCut(text, mode, from);
    }

    /// <summary>Looks up the id of a token by its exact content, added tokens included.</summary>
    /// <returns>Whether the vocabulary has the token.</returns>
    public bool TryGetId(string token, out int id)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (_addedTokens.TryGet(token, out var added))
        {
            id = added!.Id;
            return true;
        }

        return _pipeline.TryGetId(token, out id);
    }

    /// <inheritdoc/>
    /// <remarks>Writes the whole text, or nothing if it does not fit. An id outside the vocabulary is invalid data.</remarks>
    /// <exception cref="NotSupportedException">The file's decoder is of an unknown type.</exception>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = charsWritten = 0;
        var tokens = new List<string>();
        foreach (var id in ids)
        {
            if (TokenOf(id) is not { } token)
            {
                return OperationStatus.InvalidData;
            }

            tokens.Add(token);
        }

        var text = _decoder.Decode(tokens);
        if (!text.TryCopyTo(destination))
        {
            return OperationStatus.DestinationTooSmall;
        }

        idsConsumed = tokens.Count;
        charsWritten = text.Length;
        return OperationStatus.Done;
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Normalization or pre-tokenization is switched off: the ids would not be the model's.</exception>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = Source(text, textSpan, settings);
        using var ids = new TokenBuffer();
        var offsets = new List<(int Start, int End)>();
        _encoder.Encode(source, TextMode.Parity, new TokenSink(ids, offsets, settings.MaxTokenCount, CancellationToken.None));

        var tokens = new EncodedToken[Math.Min(ids.Count, settings.MaxTokenCount)];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = new EncodedToken(ids.Ids[i], TokenOf(ids.Ids[i]) ?? "", offsets[i].Start..offsets[i].End);
        }

        var consumed = tokens.Length == ids.Count ? source.Length : tokens.Length == 0 ? 0 : offsets[tokens.Length - 1].End;
        return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = consumed };
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Normalization or pre-tokenization is switched off: the ids would not be the model's.</exception>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = Source(text, textSpan, settings);
        using var ids = new TokenBuffer();
        _encoder.Encode(source, TextMode.Parity, new TokenSink(ids, null, settings.MaxTokenCount, CancellationToken.None));
        if (ids.Count <= settings.MaxTokenCount)
        {
            return new EncodeResults<int> { Tokens = ids.Ids.ToArray(), CharsConsumed = source.Length };
        }

        var tokens = EncodeToTokens(text, textSpan, settings);
        return new EncodeResults<int> { Tokens = ids.Ids[..tokens.Tokens.Count].ToArray(), CharsConsumed = tokens.CharsConsumed };
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Normalization or pre-tokenization is switched off: the ids would not be the model's.</exception>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        using var ids = new TokenBuffer();
        _encoder.Encode(Source(text, textSpan, settings), TextMode.Parity, new TokenSink(ids, null, settings.MaxTokenCount, CancellationToken.None));
        return Math.Min(ids.Count, settings.MaxTokenCount);
    }

    /// <summary>Returns the content of the token with an id, added tokens included, or null.</summary>
    internal string? TokenOf(int id) => _addedTokens.TryGet(id, out var added) ? added!.Content : _pipeline.TokenOf(id);

    private static ReadOnlySpan<char> Source(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        settings.ConsiderNormalization && settings.ConsiderPreTokenization
            ? text is null ? textSpan : text
            : throw new NotSupportedException("Normalization and pre-tokenization are part of the model and cannot be switched off.");
}
