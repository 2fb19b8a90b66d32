using System.Buffers;
using Microsoft.ML.Tokenizers;
using RerankFunctions.Tokenizers.Added;
using RerankFunctions.Tokenizers.Decoding;
using RerankFunctions.Tokenizers.Pairs;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers;

/// <summary>
/// A tokenizer read from a Hugging Face <c>tokenizer.json</c> that gives the ids of Hugging Face's own library.
/// The members inherited from <see cref="Tokenizer"/> work in <see cref="TextMode.Parity"/>. Safe for use by many threads at once.
/// </summary>
public abstract class HuggingFaceTokenizer : Tokenizer
{
    private readonly ScratchPool<NormalizedText> _normalized = new(static () => new NormalizedText());
    private readonly TokenDecoder _decoder;
    private AddedTokenMatchers _parity = AddedTokenMatchers.None;
    private AddedTokenMatchers _userText = AddedTokenMatchers.None;

    private protected HuggingFaceTokenizer(TokenizerParts parts)
    {
        AddedTokens = parts.AddedTokens;
        PairTemplate = parts.PairTemplate;
        _decoder = parts.Decoder;
    }

    /// <summary>How special tokens stand around a query and a document.</summary>
    public PairTemplate PairTemplate { get; }

    /// <summary>Number of ids: one more than the largest id of vocabulary and added tokens.</summary>
    public int VocabularySize => Math.Max(ModelSize, AddedTokens.MaxUsedId + 1);

    private protected AddedTokenList AddedTokens { get; }

    /// <summary>One more than the largest id of the model's vocabulary.</summary>
    private protected abstract int ModelSize { get; }

    /// <summary>Appends the ids of a text to a buffer, without the special tokens of a template. Allocates nothing per token.</summary>
    /// <param name="text">UTF-16 text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="mode">Whether control tokens spelled out in the text become control ids.</param>
    /// <param name="destination">Where the ids are appended.</param>
    public void Encode(ReadOnlySpan<char> text, TextMode mode, TokenBuffer destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        EncodeText(text, mode, new TokenSink(destination, null));
    }

    /// <summary>The id of a token by its exact content, added tokens included.</summary>
    /// <returns>Whether the vocabulary has it.</returns>
    public bool TryGetId(string token, out int id)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (AddedTokens.TryGet(token, out var added))
        {
            id = added!.Id;
            return true;
        }

        return TryGetModelId(token, out id);
    }

    /// <inheritdoc/>
    /// <remarks>Writes all of the text or, where it does not fit, nothing. An id outside the vocabulary is invalid data.</remarks>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = charsWritten = 0;
        var tokens = new List<string>();
        foreach (var id in ids)
        {
            if (ContentOf(id) is not { } token)
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
    /// <exception cref="NotSupportedException">Normalization or pre-tokenization is switched off: ids would not be the model's.</exception>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = Source(text, textSpan, settings);
        using var ids = new TokenBuffer();
        var places = new List<(int Start, int End)>();
        EncodeText(source, TextMode.Parity, new TokenSink(ids, places));

        var tokens = new EncodedToken[Math.Min(ids.Count, settings.MaxTokenCount)];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = new EncodedToken(ids.Ids[i], ContentOf(ids.Ids[i]) ?? "", places[i].Start..places[i].End);
        }

        var consumed = tokens.Length == ids.Count ? source.Length : tokens.Length == 0 ? 0 : places[tokens.Length - 1].End;
        return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = consumed };
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Normalization or pre-tokenization is switched off: ids would not be the model's.</exception>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var source = Source(text, textSpan, settings);
        using var ids = new TokenBuffer();
        EncodeText(source, TextMode.Parity, new TokenSink(ids, null));
        if (ids.Count <= settings.MaxTokenCount)
        {
            return new EncodeResults<int> { Tokens = ids.Ids.ToArray(), CharsConsumed = source.Length };
        }

        var tokens = EncodeToTokens(text, textSpan, settings);
        return new EncodeResults<int> { Tokens = ids.Ids[..tokens.Tokens.Count].ToArray(), CharsConsumed = tokens.CharsConsumed };
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Normalization or pre-tokenization is switched off: ids would not be the model's.</exception>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        using var ids = new TokenBuffer();
        EncodeText(Source(text, textSpan, settings), TextMode.Parity, new TokenSink(ids, null));
        return Math.Min(ids.Count, settings.MaxTokenCount);
    }

    /// <summary>Normalizes a stretch of raw text between added tokens.</summary>
    /// <param name="raw">The stretch, never empty.</param>
    /// <param name="scratch">Cleared memory for the normalized text. Where it is aligned, each unit comes with its place in <paramref name="raw"/>.</param>
    /// <returns>False where the text is the same as before, and <paramref name="scratch"/> was not used.</returns>
    private protected abstract bool Normalize(ReadOnlySpan<char> raw, NormalizedText scratch);

    /// <summary>Appends the ids of a stretch of normalized text.</summary>
    /// <param name="text">The stretch, never empty. Lone surrogates may be in it and count as U+FFFD.</param>
    /// <param name="isStart">Whether the stretch starts where the whole text does.</param>
    /// <param name="mode">In <see cref="TextMode.UserText"/> no control token's id may come out.</param>
    /// <param name="sink">Where ids go, and places in <paramref name="text"/>.</param>
    private protected abstract void EncodeNormalized(ReadOnlySpan<char> text, bool isStart, TextMode mode, TokenSink sink);

    /// <summary>The id of a piece of the model's vocabulary, added tokens aside.</summary>
    private protected abstract bool TryGetModelId(string token, out int id);

    /// <summary>The piece of the model's vocabulary with an id, or null.</summary>
    private protected abstract string? ModelToken(int id);

    /// <summary>Checks vocabulary and added tokens against each other and makes ready for use. The loader calls it once.</summary>
    internal void Complete(JsonPart root)
    {
        foreach (var token in AddedTokens.Tokens)
        {
            if (TryGetModelId(token.Content, out var id) ? id != token.Id : ModelToken(token.Id) is not null)
            {
                throw root.Required("added_tokens").Error($"gives {JsonPart.Shown(token.Content)} the id {token.Id}, the model's vocabulary another.");
            }
        }

        foreach (var id in PairTemplate.SpecialIds)
        {
            if (ContentOf(id) is null)
            {
                throw root.Required("post_processor").Error($"uses the id {id}, which is not in the vocabulary.");
            }
        }

        _parity = AddedTokenMatchers.Create(AddedTokens.Tokens, NormalizeSpelling, root.Optional("added_tokens"));
        _userText = AddedTokenMatchers.Create(AddedTokens.Tokens.Where(token => !token.IsControl), NormalizeSpelling, root.Optional("added_tokens"));
    }

    private string NormalizeSpelling(string content)
    {
        var scratch = new NormalizedText();
        return Normalize(content, scratch) ? scratch.Units.ToString() : content;
    }

    private string? ContentOf(int id) => AddedTokens.TryGet(id, out var added) ? added!.Content : ModelToken(id);

    private void EncodeText(ReadOnlySpan<char> text, TextMode mode, TokenSink sink)
    {
        var matchers = mode == TextMode.UserText ? _userText : _parity;
        var (scan, position) = (0, 0);
        while (!matchers.Raw.IsEmpty && matchers.Raw.TryFind(text, ref scan, position, out var match))
        {
            EncodeRaw(text, position, match.Start, mode, matchers.Normalized, sink);
            sink.Add(match.Id, match.Start, match.End);
            position = match.End;
        }

        EncodeRaw(text, position, text.Length, mode, matchers.Normalized, sink);
    }

    private void EncodeRaw(ReadOnlySpan<char> text, int start, int end, TextMode mode, AddedTokenMatcher matcher, TokenSink sink)
    {
        if (start >= end)
        {
            return;
        }

        var scratch = _normalized.Rent();
        try
        {
            scratch.Clear(sink.WantsPlaces);
            var raw = text[start..end];
            var changed = Normalize(raw, scratch);
            var first = sink.PlaceCount;
            EncodeStretches(changed ? scratch.Units : raw, start == 0 && !scratch.StartMoved, mode, matcher, sink);
            sink.MovePlaces(first, start, changed ? scratch : null);
        }
        finally
        {
            _normalized.Return(scratch);
        }
    }

    private void EncodeStretches(ReadOnlySpan<char> text, bool isStart, TextMode mode, AddedTokenMatcher matcher, TokenSink sink)
    {
        var (scan, position) = (0, 0);
        while (!matcher.IsEmpty && matcher.TryFind(text, ref scan, position, out var match))
        {
            EncodeStretch(text, position, match.Start, isStart, mode, sink);
            sink.Add(match.Id, match.Start, match.End);
            position = match.End;
        }

        EncodeStretch(text, position, text.Length, isStart, mode, sink);
    }

    private void EncodeStretch(ReadOnlySpan<char> text, int start, int end, bool isStart, TextMode mode, TokenSink sink)
    {
        if (start >= end)
        {
            return;
        }

        var first = sink.PlaceCount;
        EncodeNormalized(text[start..end], isStart && start == 0, mode, sink);
        sink.MovePlaces(first, start, null);
    }

    private static ReadOnlySpan<char> Source(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        settings.ConsiderNormalization && settings.ConsiderPreTokenization
            ? text is null ? textSpan : text
            : throw new NotSupportedException("Normalization and pre-tokenization are part of the model and cannot be switched off.");
}
