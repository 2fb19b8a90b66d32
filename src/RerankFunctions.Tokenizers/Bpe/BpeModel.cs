using RerankFunctions.Tokenizers.Pipelines;
using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>The vocabulary and merges of a byte-level BPE model.</summary>
internal sealed class BpeModel
{
    /// <summary>Marks a byte without a token. Such bytes are dropped, as in Hugging Face's library.</summary>
    public const int NoToken = -1;

    private readonly Dictionary<string, int> _otherIds;
    private readonly Dictionary<int, string> _otherTokens;

    private BpeModel(BytePieces pieces, Dictionary<string, int> otherIds, int size)
    {
        Pieces = pieces;
        Size = size;
        _otherIds = otherIds;
        _otherTokens = otherIds.ToDictionary(entry => entry.Value, entry => entry.Key);
    }

    /// <summary>The tokens that are spelled in the byte alphabet. Merges produce no other tokens.</summary>
    public BytePieces Pieces { get; }

    /// <summary>One more than the largest id.</summary>
    public int Size { get; }

    /// <summary>The token of each byte, or <see cref="NoToken"/>.</summary>
    public int[] ByteIds { get; } = new int[256];

    /// <summary>Whether every byte has a token.</summary>
    public bool HasAllBytes { get; private set; } = true;

    /// <summary>The merges.</summary>
    public MergeTable Merges { get; private set; } = new([], new int[256]);

    /// <summary>Whether a word of the vocabulary is one token even if the merges would split it.</summary>
    public bool IgnoreMerges { get; private init; }

    /// <summary>For each id, whether the merges can produce the token: it is a byte, or the result of a merge.</summary>
    public bool[] Reachable { get; private init; } = [];

    /// <summary>Reads the <c>model</c> part.</summary>
    public static BpeModel Read(JsonPart part)
    {
        part.AllowOnly(
            "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges",
            "vocab", "merges");
        if (part.Optional("dropout") is { } dropout && dropout.Number() != 0)
        {
            throw dropout.Error("is not 0: ids would be random.");
        }

        if (part.Boolean("byte_fallback", whenMissing: false))
        {
            throw part.Required("byte_fallback").Error("is true, which is not supported: a byte-level vocabulary has no unknown characters.");
        }

        RefuseContent(part, "continuing_subword_prefix");
        RefuseContent(part, "end_of_word_suffix");
        _ = part.Boolean("fuse_unk", whenMissing: false);

        var vocabulary = VocabularyReader.Read(part.Required("vocab"));
        var pieces = new BytePieces(vocabulary.Length, vocabulary.Sum(token => token.Length));
        var otherIds = new Dictionary<string, int>(StringComparer.Ordinal);
        var bytes = new byte[vocabulary.Length == 0 ? 0 : vocabulary.Max(token => token.Length)];
        for (var id = 0; id < vocabulary.Length; id++)
        {
            var token = vocabulary[id];
            if (token.Length > 0 && ByteAlphabet.TryRead(token, bytes))
            {
                pieces.Add(id, bytes.AsSpan(0, token.Length));
            }
            else
            {
                otherIds.Add(token, id);
            }
        }

        var model = new BpeModel(pieces, otherIds, vocabulary.Length)
        {
            IgnoreMerges = part.Boolean("ignore_merges", whenMissing: false),
            Reachable = new bool[vocabulary.Length],
        };
        model.SetBytes(part);
        model.ReadMerges(part.Required("merges"));
        return model;
    }

    /// <summary>Looks up the id of a token by its spelling in the vocabulary.</summary>
    public bool TryGetId(string token, out int id)
    {
        var bytes = token.Length <= 256 ? stackalloc byte[token.Length] : new byte[token.Length];
        if (token.Length > 0 && ByteAlphabet.TryRead(token, bytes))
        {
            id = Pieces.Find(bytes);
            return id >= 0;
        }

        return _otherIds.TryGetValue(token, out id);
    }

    /// <summary>Returns the spelling of a token, or null.</summary>
    public string? TokenOf(int id) =>
        (uint)id >= (uint)Size ? null
        : Pieces.BytesOf(id) is { Length: > 0 } bytes ? ByteAlphabet.Spell(bytes)
        : _otherTokens.GetValueOrDefault(id);

    private void SetBytes(JsonPart part)
    {
        for (var value = 0; value < 256; value++)
        {
            ByteIds[value] = Pieces.Find([(byte)value]);
            HasAllBytes &= ByteIds[value] != NoToken;
            if (ByteIds[value] != NoToken)
            {
                Reachable[ByteIds[value]] = true;
            }
        }

        if (!HasAllBytes && part.Optional("unk_token") is { } unknown)
        {
            throw unknown.Error("is set while the vocabulary lacks tokens of bytes, which is not supported.");
        }

        if (!HasAllBytes && IgnoreMerges)
        {
            throw part.Required("ignore_merges").Error("is true while the vocabulary lacks tokens of bytes, which is not supported.");
        }
    }

    private void ReadMerges(JsonPart part)
    {
        var merges = new List<(int, int, int)>();
        foreach (var (left, right) in MergeReader.Read(part))
        {
            var merged = IdIn(part, merges.Count, left + right);
            merges.Add((IdIn(part, merges.Count, left), IdIn(part, merges.Count, right), merged));
            Reachable[merged] = true;
        }

        Merges = new MergeTable(merges, ByteIds);
    }

    private int IdIn(JsonPart part, int rank, string token) =>
        TryGetId(token, out var id)
            ? id
            : throw part.Error($"has at index {rank} the token {JsonPart.Shown(token)}, which is not in the vocabulary.");

    private static void RefuseContent(JsonPart part, string name)
    {
        if (part.Optional(name) is { } text && text.String().Length > 0)
        {
            throw text.Error("is not empty, which is not supported with byte-level BPE.");
        }
    }
}
