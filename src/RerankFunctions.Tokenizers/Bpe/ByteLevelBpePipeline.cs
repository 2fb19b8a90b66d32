using System.Collections.Frozen;
using RerankFunctions.Tokenizers.Pipelines;
using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;
using RerankFunctions.Tokenizers.Unicode;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>Byte-level BPE of Qwen2, Qwen3, GPT-2 and ModernBERT: NFC, split into words, bytes, merges.</summary>
internal sealed class ByteLevelBpePipeline : TokenizerPipeline
{
    private readonly FrozenSet<int> _controlIds;
    private readonly BpeModel _model;
    private readonly ByteLevelSettings _settings;
    private readonly bool _composes;
    private readonly ScratchPool<BpeScratch> _scratch;

    // Tokens that the merges produce from their own bytes, learned at the first merge of each: a word that is such a token needs no merging.
    private readonly bool[] _mergesToItself;

    private ByteLevelBpePipeline(FrozenSet<int> controlIds, BpeModel model, ByteLevelSettings settings, bool composes)
    {
        _controlIds = controlIds;
        _model = model;
        _settings = settings;
        _composes = composes;
        _mergesToItself = new bool[model.Size];
        _scratch = new ScratchPool<BpeScratch>(() => new BpeScratch(model));
    }

    /// <inheritdoc/>
    public override int Size => _model.Size;

    /// <summary>Creates the pipeline of a file with a <c>BPE</c> model.</summary>
    public static ByteLevelBpePipeline Create(TokenizerParts parts)
    {
        var settings = ByteLevelSettings.Read(parts.Model, parts.PreTokenizer);
        var composes = ReadNormalizer(parts.Normalizer);
        var model = BpeModel.Read(parts.Model);
        foreach (var id in parts.ControlIds)
        {
            if (id < model.Size && model.Reachable[id])
            {
                throw parts.Model.Error($"merges ordinary text into the control token {JsonPart.Shown(model.TokenOf(id)!)}, so that users could write it.");
            }
        }

        return new ByteLevelBpePipeline(parts.ControlIds, model, settings, composes);
    }

    /// <inheritdoc/>
    public override int FindCut(ReadOnlySpan<char> raw, int from)
    {
        const CodePointClasses Changing = CodePointClasses.Recomposable | CodePointClasses.Newer;
        if (_settings.Pattern is not { } pattern)
        {
            return raw.Length;
        }

        var positions = new StablePositions(raw, from, Changing);
        while (positions.MoveNext())
        {
            if (pattern.IsWordEnd(positions.Left, positions.Right, raw[positions.Position]))
            {
                return positions.Position;
            }
        }

        return raw.Length;
    }

    /// <inheritdoc/>
    public override bool Normalize(ReadOnlySpan<char> raw, NormalizedText scratch) =>
        _composes && CanonicalNormalizer.Compose(raw, scratch);

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, Preceding preceding, TextMode mode, TokenSink sink)
    {
        var scratch = _scratch.Rent();
        try
        {
            var prefixed = _settings.AddPrefixSpace && preceding != Preceding.Text && text[0] != ' ';
            var utf8 = scratch.ToUtf8(text, prefixed);
            var first = sink.Ids.Count;
            for (var start = 0; start < utf8.Length && !sink.IsFull;)
            {
                sink.CancellationToken.ThrowIfCancellationRequested();
                var end = _settings.Pattern?.WordEnd(utf8, start) ?? utf8.Length;
                EncodeWord(utf8[start..end], mode, scratch, sink);
                start = end;
            }

            if (sink.WantsOffsets)
            {
                AddOffsets(utf8, prefixed ? -1 : 0, sink, sink.Ids.Ids[first..]);
            }
        }
        finally
        {
            _scratch.Return(scratch);
        }
    }

    /// <inheritdoc/>
    public override bool TryGetId(string token, out int id) => _model.TryGetId(token, out id);

    /// <inheritdoc/>
    public override string? TokenOf(int id) => _model.TokenOf(id);

    private static bool ReadNormalizer(JsonPart? part)
    {
        if (part is not { } normalizer)
        {
            return false;
        }

        var type = normalizer.Type();
        if (type != "NFC")
        {
            throw normalizer.Error($"is of a type that is not supported with BPE: {JsonPart.Shown(type)}.");
        }

        normalizer.AllowOnly("type");
        CanonicalNormalizer.RequireAvailable(normalizer);
        return true;
    }

    private void EncodeWord(ReadOnlySpan<byte> word, TextMode mode, BpeScratch scratch, TokenSink sink)
    {
        var ids = sink.Ids;
        var hash = BytePieces.Hash(word);
        var whole = word.Length <= _model.Pieces.MaxLength ? _model.Pieces.Find(word, hash) : -1;
        if (whole >= 0 && IsOneToken(whole, mode))
        {
            ids.Add(whole);
        }
        else if (scratch.Words.TryFind(word, hash, out var known))
        {
            ids.AddRange(known);
        }
        else
        {
            var merged = scratch.Merger.Merge(_model.HasAllBytes ? word : scratch.Known(word), sink.CancellationToken);
            ids.AddRange(merged);
            if (whole >= 0 && merged is [var only] && only == whole)
            {
                _mergesToItself[whole] = true;
            }
            else
            {
                scratch.Words.Add(word, hash, merged);
            }
        }
    }

    private bool IsOneToken(int id, TextMode mode) =>
        _model.IgnoreMerges ? mode == TextMode.Parity || !_controlIds.Contains(id) : _mergesToItself[id];

    // A token covers every character that it holds a byte of.
    private void AddOffsets(ReadOnlySpan<byte> utf8, int offset, TokenSink sink, ReadOnlySpan<int> ids)
    {
        var (position, units) = (0, offset);
        foreach (var id in ids)
        {
            var left = _model.Pieces.BytesOf(id).Length;
            while (_model.ByteIds[utf8[position]] == BpeModel.NoToken)
            {
                units += UnitsOf(utf8[position++]);
            }

            var start = IsContinuation(utf8[position]) ? LastStart(utf8, position, units) : units;
            for (; left > 0; position++)
            {
                left -= _model.ByteIds[utf8[position]] == BpeModel.NoToken ? 0 : 1;
                units += UnitsOf(utf8[position]);
            }

            sink.AddOffset(Math.Max(start, 0), Math.Max(units, 0));
        }
    }

    private static int LastStart(ReadOnlySpan<byte> utf8, int position, int units)
    {
        while (IsContinuation(utf8[position]))
        {
            position--;
        }

        return units - UnitsOf(utf8[position]);
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;

    private static int UnitsOf(byte value) => value >= 0xF0 ? 2 : IsContinuation(value) ? 0 : 1;
}
