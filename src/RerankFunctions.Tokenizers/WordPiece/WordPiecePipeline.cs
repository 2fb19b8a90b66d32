using RerankFunctions.Tokenizers.Pipelines;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;
using RerankFunctions.Tokenizers.Unicode;

namespace RerankFunctions.Tokenizers.WordPiece;

/// <summary>
/// WordPiece of BERT: cleaned text is split into words at white space and punctuation, and each word into the longest pieces from the left.
/// A word that pieces cannot cover is the unknown token, in text of users too.
/// </summary>
internal sealed class WordPiecePipeline : TokenizerPipeline
{
    private readonly WordPieceModel _model;
    private readonly BertNormalizer _normalizer;

    private WordPiecePipeline(WordPieceModel model, BertNormalizer normalizer)
    {
        _model = model;
        _normalizer = normalizer;
    }

    /// <inheritdoc/>
    public override int Size => _model.Size;

    /// <summary>Creates the pipeline of a file with a <c>WordPiece</c> model.</summary>
    public static WordPiecePipeline Create(TokenizerParts parts)
    {
        if (parts.Normalizer is not { } normalizer)
        {
            throw parts.Model.Error("is WordPiece without a normalizer of type \"BertNormalizer\", which is not supported.");
        }

        if (parts.PreTokenizer is not { } preTokenizer)
        {
            throw parts.Model.Error("is WordPiece without a pre-tokenizer of type \"BertPreTokenizer\", which is not supported.");
        }

        if (preTokenizer.Type() is var type && type != "BertPreTokenizer")
        {
            throw preTokenizer.Error($"is of a type that is not supported with WordPiece: {JsonPart.Shown(type)}.");
        }

        preTokenizer.AllowOnly("type");
        return new WordPiecePipeline(WordPieceModel.Read(parts.Model, parts.ControlIds), new BertNormalizer(BertSettings.Read(normalizer)));
    }

    /// <inheritdoc/>
    public override int FindCut(ReadOnlySpan<char> raw, int from) => _normalizer.FindCut(raw, from);

    /// <inheritdoc/>
    public override bool Normalize(ReadOnlySpan<char> raw, NormalizedText scratch) => _normalizer.Normalize(raw, scratch);

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, Preceding preceding, TextMode mode, TokenSink sink)
    {
        var refused = _model.RefusedIn(mode);
        var (start, codePoints) = (0, 0);
        for (var i = 0; i < text.Length && !sink.IsFull;)
        {
            var codePoint = Utf16.CodePointAt(text, i, out var length);
            var classes = CodePointTable.ClassesOf(codePoint) & (CodePointClasses.WhiteSpace | CodePointClasses.BertPunctuation);
            if (classes == CodePointClasses.None)
            {
                codePoints++;
                i += length;
                continue;
            }

            sink.CancellationToken.ThrowIfCancellationRequested();
            EncodeWord(text, start, i, codePoints, refused, sink);
            if ((classes & CodePointClasses.BertPunctuation) != 0)
            {
                EncodeWord(text, i, i + length, 1, refused, sink);
            }

            i += length;
            (start, codePoints) = (i, 0);
        }

        EncodeWord(text, start, text.Length, codePoints, refused, sink);
    }

    /// <inheritdoc/>
    public override bool TryGetId(string token, out int id) => _model.TryGetId(token, out id);

    /// <inheritdoc/>
    public override string? TokenOf(int id) => _model.TokenOf(id);

    private void EncodeWord(ReadOnlySpan<char> text, int start, int end, int codePoints, ReadOnlySpan<bool> refused, TokenSink sink)
    {
        if (start == end)
        {
            return;
        }

        if (codePoints > _model.MaxWordLength)
        {
            sink.Add(_model.UnknownId, start, end);
            return;
        }

        var (ids, offsets) = (sink.Ids.Count, sink.OffsetCount);
        for (var at = start; at < end;)
        {
            var table = at == start ? _model.Starts : _model.Continuations;
            var id = table.FindLongest(text[at..end], refused, out var length);
            if (id < 0)
            {
                sink.Truncate(ids, offsets);
                sink.Add(_model.UnknownId, start, end);
                return;
            }

            sink.Add(id, at, at + length);
            at += length;
        }
    }
}
