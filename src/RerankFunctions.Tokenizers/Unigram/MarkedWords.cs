using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>A cache of the ids of short words after a mark. A new word replaces another one. Used by one thread at a time.</summary>
internal sealed class MarkedWords
{
    /// <summary>Maximum number of UTF-16 units of a word, without the mark.</summary>
    public const int MaxUnits = 16;

    private const int MaxIds = 6;
    private const int Slots = 16 * 1024;

    private readonly Entry[] _entries = new Entry[Slots];

    /// <summary>Returns the key of a word.</summary>
    /// <param name="word">The word, of up to <see cref="MaxUnits"/> units.</param>
    public static Key KeyOf(ReadOnlySpan<char> word)
    {
        // Groups of four units, where the last may overlap the previous one. With the length they determine the word.
        var bytes = MemoryMarshal.AsBytes(word);
        var key = new Key { Length = word.Length };
        if (word.Length < 4)
        {
            foreach (var unit in word)
            {
                key.A = (key.A << 16) | unit;
            }
        }
        else
        {
            key.A = MemoryMarshal.Read<ulong>(bytes);
            key.B = MemoryMarshal.Read<ulong>(bytes[^8..]);
            if (word.Length > 8)
            {
                key.C = MemoryMarshal.Read<ulong>(bytes[8..]);
                key.D = MemoryMarshal.Read<ulong>(bytes[^16..]);
            }
        }

        return key;
    }

    /// <summary>Looks up the ids of a word.</summary>
    /// <param name="key">The word's key.</param>
    /// <param name="ids">The ids, valid until the next <see cref="Put"/>.</param>
    /// <returns>Whether the word is in the cache.</returns>
    public bool TryGet(in Key key, out ReadOnlySpan<int> ids)
    {
        ref var entry = ref _entries[key.Slot(Slots)];
        if (entry.Count > 0 && entry.Key.Equals(key))
        {
            ids = ((ReadOnlySpan<int>)entry.Ids)[..entry.Count];
            return true;
        }

        ids = default;
        return false;
    }

    /// <summary>Stores the ids of a word, unless there are too many.</summary>
    public void Put(in Key key, ReadOnlySpan<int> ids)
    {
        if (ids.Length is 0 or > MaxIds)
        {
            return;
        }

        ref var entry = ref _entries[key.Slot(Slots)];
        entry.Key = key;
        entry.Count = ids.Length;
        ids.CopyTo(entry.Ids);
    }

    /// <summary>A word's units and length.</summary>
    internal struct Key
    {
        public ulong A;
        public ulong B;
        public ulong C;
        public ulong D;
        public int Length;

        public readonly bool Equals(in Key other) =>
            A == other.A && B == other.B && C == other.C && D == other.D && Length == other.Length;

        public readonly int Slot(int slots)
        {
            var hash = (A * 0x9E3779B97F4A7C15) ^ (B * 0xC2B2AE3D27D4EB4F) ^ (C * 0x165667B19E3779F9) ^ (D * 0x27D4EB2F165667C5);
            hash = (hash ^ (hash >> 32) ^ (ulong)Length) * 0x9E3779B97F4A7C15;
            return (int)(hash >> 40) & (slots - 1);
        }
    }

    private struct Entry
    {
        public Key Key;
        public int Count;
        public IdList Ids;
    }

    [InlineArray(MaxIds)]
    private struct IdList
    {
        private int _first;
    }
}
