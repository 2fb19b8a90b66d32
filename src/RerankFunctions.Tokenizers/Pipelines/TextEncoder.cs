using RerankFunctions.Tokenizers.Added;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Pipelines;

/// <summary>Encodes a text: finds added tokens in raw and in normalized text, and passes the stretches between them through the pipeline.</summary>
internal sealed class TextEncoder
{
    private readonly ScratchPool<NormalizedText> _normalized = new(static () => new NormalizedText());
    private readonly TokenizerPipeline _pipeline;
    private readonly AddedTokenMatchers _parity;
    private readonly AddedTokenMatchers _userText;

    /// <summary>Creates an encoder.</summary>
    /// <param name="pipeline">Encodes what lies between added tokens.</param>
    /// <param name="addedTokens">The added tokens.</param>
    /// <param name="part">The part that they were read from, for errors.</param>
    /// <exception cref="TokenizerFormatException">The normalizer deletes an added token.</exception>
    public TextEncoder(TokenizerPipeline pipeline, AddedTokenList addedTokens, JsonPart? part)
    {
        _pipeline = pipeline;
        _parity = AddedTokenMatchers.Create(addedTokens.Tokens, NormalizeSpelling, part);
        _userText = AddedTokenMatchers.Create(addedTokens.Tokens.Where(token => !token.IsControl), NormalizeSpelling, part);
    }

    /// <summary>Appends the ids of a text.</summary>
    /// <param name="text">UTF-16 text; a lone surrogate counts as U+FFFD.</param>
    /// <param name="mode">Whether control tokens in the text become control ids.</param>
    /// <param name="sink">Receives ids and offsets.</param>
    public void Encode(ReadOnlySpan<char> text, TextMode mode, TokenSink sink)
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
            scratch.Clear(sink.WantsOffsets);
            var raw = text[start..end];
            var changed = _pipeline.Normalize(raw, scratch);
            var first = sink.OffsetCount;
            EncodeNormalized(changed ? scratch.Units : raw, start == 0 && !scratch.StartMoved, mode, matcher, sink);
            sink.MapOffsets(first, start, changed ? scratch : null);
        }
        finally
        {
            _normalized.Return(scratch);
        }
    }

    private void EncodeNormalized(ReadOnlySpan<char> text, bool isStart, TextMode mode, AddedTokenMatcher matcher, TokenSink sink)
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

        var first = sink.OffsetCount;
        _pipeline.Encode(text[start..end], isStart && start == 0, mode, sink);
        sink.MapOffsets(first, start, null);
    }

    private string NormalizeSpelling(string content)
    {
        var scratch = new NormalizedText();
        return _pipeline.Normalize(content, scratch) ? scratch.Units.ToString() : content;
    }
}
