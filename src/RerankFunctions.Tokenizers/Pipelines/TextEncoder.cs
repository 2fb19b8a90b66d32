using System.Collections.Frozen;
using RerankFunctions.Tokenizers.Added;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Pipelines;

/// <summary>Encodes a text: finds added tokens in raw and in normalized text, and passes the stretches between them through the pipeline.</summary>
internal sealed class TextEncoder
{
    // Long enough that a cut costs nothing, short enough that a document of which only the start is used is not read much further.
    private const int MinChunkUnits = 4096;

    private readonly ScratchPool<NormalizedText> _normalized = new(static () => new NormalizedText());
    private readonly TokenizerPipeline _pipeline;
    private readonly AddedTokenMatchers _parity;
    private readonly AddedTokenMatchers _userText;

    /// <summary>Creates an encoder.</summary>
    /// <param name="pipeline">Encodes what lies between added tokens.</param>
    /// <param name="addedTokens">The added tokens.</param>
    /// <param name="controlIds">Ids that a text of users must not produce.</param>
    /// <param name="part">The part that the added tokens were read from, for errors.</param>
    /// <exception cref="TokenizerFormatException">The normalizer deletes an added token, or makes two of them one.</exception>
    public TextEncoder(TokenizerPipeline pipeline, AddedTokenList addedTokens, FrozenSet<int> controlIds, JsonPart? part)
    {
        _pipeline = pipeline;
        _parity = AddedTokenMatchers.Create(addedTokens.Tokens, NormalizeSpelling, part);
        _userText = AddedTokenMatchers.Create(addedTokens.Tokens.Where(token => !controlIds.Contains(token.Id)), NormalizeSpelling, part);
    }

    /// <summary>Appends the ids of a text, chunk by chunk, until the sink is full.</summary>
    /// <param name="text">UTF-16 text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="mode">Whether control tokens in the text become control ids.</param>
    /// <param name="sink">Receives ids and offsets.</param>
    /// <exception cref="OperationCanceledException">The sink's cancellation token is cancelled.</exception>
    public void Encode(ReadOnlySpan<char> text, TextMode mode, TokenSink sink)
    {
        var matchers = MatchersOf(mode);
        for (var start = 0; start < text.Length && !sink.IsFull;)
        {
            var length = FindCut(text[start..], MinChunkUnits, matchers.Cuts);
            var first = sink.OffsetCount;
            EncodeChunk(text.Slice(start, length), start == 0 ? Preceding.Nothing : Preceding.Text, mode, matchers, sink);
            sink.MapOffsets(first, start, null);
            start += length;
        }
    }

    /// <summary>Finds a position where a text can be cut so that the ids of the part before it are the first ids of the text.</summary>
    /// <param name="text">UTF-16 text.</param>
    /// <param name="mode">Whether control tokens in the text become control ids.</param>
    /// <param name="from">First position to consider, larger than 0.</param>
    /// <returns>The position, or the length of the text if there is none.</returns>
    public int FindCut(ReadOnlySpan<char> text, TextMode mode, int from) => FindCut(text, from, MatchersOf(mode).Cuts);

    private AddedTokenMatchers MatchersOf(TextMode mode) => mode == TextMode.UserText ? _userText : _parity;

    private int FindCut(ReadOnlySpan<char> text, int from, AddedTokenCuts cuts)
    {
        var cut = from;
        while (cut < text.Length && (cut = _pipeline.FindCut(text, cut)) < text.Length && !cuts.Allows(text[cut - 1], text[cut]))
        {
            cut++;
        }

        return Math.Min(cut, text.Length);
    }

    private void EncodeChunk(ReadOnlySpan<char> text, Preceding preceding, TextMode mode, AddedTokenMatchers matchers, TokenSink sink)
    {
        var (scan, position) = (0, 0);
        while (!matchers.Raw.IsEmpty && !sink.IsFull && matchers.Raw.TryFind(text, ref scan, position, out var match))
        {
            EncodeRaw(text, position, match.Start, preceding, mode, matchers.Normalized, sink);
            sink.Add(match.Id, match.Start, match.End);
            position = match.End;
        }

        EncodeRaw(text, position, text.Length, preceding, mode, matchers.Normalized, sink);
    }

    private void EncodeRaw(
        ReadOnlySpan<char> text, int start, int end, Preceding preceding, TextMode mode, AddedTokenMatcher matcher, TokenSink sink)
    {
        if (start >= end || sink.IsFull)
        {
            return;
        }

        preceding = start == 0 ? preceding : Preceding.Token;
        var scratch = _normalized.Rent();
        try
        {
            scratch.Clear(sink.WantsOffsets, preceding == Preceding.Text);
            var raw = text[start..end];
            var changed = _pipeline.Normalize(raw, scratch);
            var first = sink.OffsetCount;
            EncodeNormalized(
                changed ? scratch.Units : raw, scratch.StartMoved && preceding == Preceding.Nothing ? Preceding.Token : preceding, mode, matcher, sink);
            sink.MapOffsets(first, start, changed ? scratch : null);
        }
        finally
        {
            _normalized.Return(scratch);
        }
    }

    private void EncodeNormalized(ReadOnlySpan<char> text, Preceding preceding, TextMode mode, AddedTokenMatcher matcher, TokenSink sink)
    {
        var (scan, position) = (0, 0);
        while (!matcher.IsEmpty && !sink.IsFull && matcher.TryFind(text, ref scan, position, out var match))
        {
            EncodeStretch(text, position, match.Start, preceding, mode, sink);
            sink.Add(match.Id, match.Start, match.End);
            position = match.End;
        }

        EncodeStretch(text, position, text.Length, preceding, mode, sink);
    }

    private void EncodeStretch(ReadOnlySpan<char> text, int start, int end, Preceding preceding, TextMode mode, TokenSink sink)
    {
        if (start >= end || sink.IsFull)
        {
            return;
        }

        sink.CancellationToken.ThrowIfCancellationRequested();
        var first = sink.OffsetCount;
        _pipeline.Encode(text[start..end], start == 0 ? preceding : Preceding.Token, mode, sink);
        sink.MapOffsets(first, start, null);
    }

    private string NormalizeSpelling(string content)
    {
        var scratch = new NormalizedText();
        return _pipeline.Normalize(content, scratch) ? scratch.Units.ToString() : content;
    }
}
