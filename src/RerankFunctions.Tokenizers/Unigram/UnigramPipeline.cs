using RerankFunctions.Tokenizers.Normalization;
using RerankFunctions.Tokenizers.Pipelines;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>The Unigram family (XLM-RoBERTa and its rerankers), as Hugging Face's library computes it.</summary>
internal sealed class UnigramPipeline : TokenizerPipeline
{
    private readonly ScratchPool<Scratch> _scratch = new(static () => new Scratch());
    private readonly NormalizerStep[] _normalizer;
    private readonly WordSplit _split;
    private readonly UnigramModel _model;
    private readonly PieceTable _pieces;
    private readonly char _mark;

    // Units that the normalizer leaves as they are.
    private readonly bool[] _kept;
    private readonly bool _canCut;

    private UnigramPipeline(NormalizerStep[] normalizer, WordSplit split, UnigramModel model, PieceTable pieces)
    {
        _normalizer = normalizer;
        _split = split;
        _model = model;
        _pieces = pieces;
        _mark = split.Metaspace?.Replacement ?? ' ';
        _kept = [.. Enumerable.Range(0, char.MaxValue + 1).Select(unit => !char.IsSurrogate((char)unit) && normalizer.All(step => step.Keeps((char)unit)))];
        _canCut = _kept[' '] && (split.OnWhiteSpace || split.Metaspace is { Split: true });
    }

    /// <inheritdoc/>
    public override int Size => _pieces.Count;

    /// <summary>Creates the pipeline of a file with a <c>Unigram</c> model.</summary>
    public static UnigramPipeline Create(TokenizerParts parts)
    {
        var normalizer = NormalizerStep.Read(parts.Normalizer);
        var split = WordSplit.Read(parts.PreTokenizer);
        var model = UnigramModel.Read(parts.Model, parts.ControlIds, split.Metaspace?.Replacement, out var pieces);
        return new UnigramPipeline(normalizer, split, model, pieces);
    }

    /// <inheritdoc/>
    public override int FindCut(ReadOnlySpan<char> raw, int from)
    {
        // Before a single space between units that the normalizer keeps; the unit before them is kept too, so that nothing joins them. A run of
        // spaces may change as a whole.
        for (var i = Math.Max(from, 2); _canCut && i + 1 < raw.Length; i++)
        {
            var space = raw[i..^1].IndexOf(' ');
            if (space < 0)
            {
                break;
            }

            i += space;
            if (_kept[raw[i - 2]] && _kept[raw[i - 1]] && _kept[raw[i + 1]] && raw[i + 1] != ' ')
            {
                return i;
            }
        }

        return raw.Length;
    }

    /// <inheritdoc/>
    public override bool Normalize(ReadOnlySpan<char> raw, NormalizedText scratch)
    {
        scratch.AppendUnchanged(raw, 0);
        scratch.ReplaceLoneSurrogates();
        foreach (var step in _normalizer)
        {
            step.Apply(scratch);
        }

        return true;
    }

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, Preceding preceding, TextMode mode, TokenSink sink)
    {
        var scratch = _scratch.Rent();
        try
        {
            var words = new Words(_model, scratch, mode, sink);
            if (!_split.OnWhiteSpace)
            {
                EncodeStretch(text, 0, preceding == Preceding.Nothing, words);
                return;
            }

            for (var start = 0; start < text.Length && !sink.IsFull; start++)
            {
                var end = start;
                while (end < text.Length && !char.IsWhiteSpace(text[end]))
                {
                    end++;
                }

                if (end > start)
                {
                    EncodeStretch(text[start..end], start, preceding == Preceding.Nothing && start == 0, words);
                }

                start = end;
            }
        }
        finally
        {
            _scratch.Return(scratch);
        }
    }

    /// <inheritdoc/>
    public override bool TryGetId(string token, out int id)
    {
        id = _pieces.IndexOf(token, _model.Trie);
        return id >= 0;
    }

    /// <inheritdoc/>
    public override string? TokenOf(int id) => (uint)id < (uint)_pieces.Count ? _pieces[id].ToString() : null;

    private void EncodeStretch(ReadOnlySpan<char> text, int offset, bool isStart, Words words)
    {
        if (_split.Metaspace is not { } metaspace)
        {
            words.EncodeOther(text, false, offset);
            return;
        }

        var startsMarked = text[0] == ' ' || text[0] == _mark;
        var addMark = !startsMarked && (metaspace.Prepend == PrependScheme.Always || (metaspace.Prepend == PrependScheme.First && isStart));
        if (!metaspace.Split)
        {
            words.EncodeOther(text, addMark, offset);
            return;
        }

        var position = 0;
        if (!startsMarked)
        {
            position = WordEnd(text);
            if (addMark)
            {
                words.EncodeMarked(text[..position], offset, 0);
            }
            else
            {
                words.EncodeOther(text[..position], false, offset);
            }
        }

        while (position < text.Length && !words.IsFull)
        {
            var length = WordEnd(text[(position + 1)..]);
            words.EncodeMarked(text.Slice(position + 1, length), offset + position, 1);
            position += length + 1;
        }
    }

    private int WordEnd(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(' ', _mark);
        return end < 0 ? text.Length : end;
    }

    private sealed class Scratch
    {
        private readonly MarkedWords?[] _caches = new MarkedWords?[2];

        public Lattice Lattice { get; } = new();

        public MarkedWords CacheFor(TextMode mode) => _caches[mode == TextMode.UserText ? 0 : 1] ??= new MarkedWords();
    }

    private readonly struct Words(UnigramModel model, Scratch scratch, TextMode mode, TokenSink sink)
    {
        private readonly double[] _scores = mode == TextMode.UserText ? model.UserTextScores : model.Scores;
        private readonly MarkedWords _cache = scratch.CacheFor(mode);

        /// <summary>Whether the rest of the text need not be encoded.</summary>
        public bool IsFull => sink.IsFull;

        public void EncodeOther(ReadOnlySpan<char> word, bool addMark, int offset) =>
            scratch.Lattice.Encode(model, _scores, word, addMark, offset, sink);

        /// <summary>Encodes a word after its mark, which takes <paramref name="markUnits"/> units of the text.</summary>
        public void EncodeMarked(ReadOnlySpan<char> word, int offset, int markUnits)
        {
            sink.CancellationToken.ThrowIfCancellationRequested();
            if (word.Length > MarkedWords.MaxUnits || sink.WantsOffsets)
            {
                scratch.Lattice.Encode(model, _scores, word, true, offset, sink, markUnits);
                return;
            }

            var key = MarkedWords.KeyOf(word);
            if (_cache.TryGet(key, out var known))
            {
                sink.Ids.AddRange(known);
                return;
            }

            var before = sink.Ids.Count;
            scratch.Lattice.Encode(model, _scores, word, true, offset, sink, markUnits);
            _cache.Put(key, sink.Ids.Ids[before..]);
        }
    }
}
