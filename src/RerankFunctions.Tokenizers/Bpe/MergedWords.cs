namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>A cache of recently merged words in memory of a fixed size: a new word replaces another one. Used by one thread at a time.</summary>
internal sealed class MergedWords
{
    private const int EntryBits = 12;
    private const int MaxBytes = 40;
    private const int MaxIds = 14;

    private readonly Entry[] _entries = new Entry[1 << EntryBits];
    private readonly byte[] _words = new byte[MaxBytes << EntryBits];
    private readonly int[] _ids = new int[MaxIds << EntryBits];

    /// <summary>Looks up the ids of a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="hash">Its hash, <see cref="BytePieces.Hash"/>.</param>
    /// <param name="ids">The ids, valid until the next <see cref="Add"/>.</param>
    public bool TryFind(ReadOnlySpan<byte> word, ulong hash, out ReadOnlySpan<int> ids)
    {
        var index = (int)(hash >> (64 - EntryBits));
        var entry = _entries[index];
        if (entry.Tag == (uint)hash && _words.AsSpan(index * MaxBytes, entry.Bytes).SequenceEqual(word))
        {
            ids = _ids.AsSpan(index * MaxIds, entry.Ids);
            return true;
        }

        ids = default;
        return false;
    }

    /// <summary>Stores a word, unless it is too long.</summary>
    public void Add(ReadOnlySpan<byte> word, ulong hash, ReadOnlySpan<int> ids)
    {
        if (word.Length > MaxBytes || ids.Length > MaxIds)
        {
            return;
        }

        var index = (int)(hash >> (64 - EntryBits));
        _entries[index] = new Entry((uint)hash, (byte)word.Length, (byte)ids.Length);
        word.CopyTo(_words.AsSpan(index * MaxBytes));
        ids.CopyTo(_ids.AsSpan(index * MaxIds));
    }

    private readonly record struct Entry(uint Tag, byte Bytes, byte Ids);
}
