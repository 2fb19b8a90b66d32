using System.Runtime.CompilerServices;

namespace RerankFunctions.Tokenizers.WordPiece;

/// <summary>An index of word pieces, searched for the longest one that a text starts with.</summary>
internal sealed class PieceIndex
{
    /// <summary>Maximum number of UTF-16 units of a piece.</summary>
    public const int MaxPieceUnits = 1024;

    private readonly Slot[] _slots;
    private readonly int _shift;
    private readonly string[] _pieces;
    private int _maxLength;

    /// <summary>Creates an index of distinct pieces, none of them empty or longer than <see cref="MaxPieceUnits"/>.</summary>
    public PieceIndex(IReadOnlyCollection<(string Piece, int Id)> pieces)
    {
        var bits = 4;
        while (1L << bits < pieces.Count * 2L)
        {
            bits++;
        }

        _slots = new Slot[1 << bits];
        _shift = 64 - bits;
        _pieces = new string[pieces.Count];
        var next = 0;
        foreach (var (piece, id) in pieces)
        {
            Add(piece, id, next++);
        }
    }

    /// <summary>Finds the longest piece that a text starts with.</summary>
    /// <param name="text">The rest of a word, of valid UTF-16.</param>
    /// <param name="refused">Ids that must not be returned; empty if all may.</param>
    /// <param name="length">Length of the piece; 0 without one.</param>
    /// <returns>The id of the piece, or −1.</returns>
    [SkipLocalsInit]
    public int FindLongest(ReadOnlySpan<char> text, ReadOnlySpan<bool> refused, out int length)
    {
        var longest = Math.Min(text.Length, _maxLength);
        Span<ulong> hashes = longest <= 128 ? stackalloc ulong[128] : stackalloc ulong[MaxPieceUnits];
        var hash = 0UL;
        for (var i = 0; i < longest; i++)
        {
            hashes[i] = hash = Step(hash, text[i]);
        }

        for (length = longest; length > 0; length--)
        {
            if (Find(text[..length], hashes[length - 1]) is >= 0 and var id && ((uint)id >= (uint)refused.Length || !refused[id]))
            {
                return id;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Step(ulong hash, char unit) => (hash + unit + 1) * 0x9E37_79B9_7F4A_7C15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Start(ulong hash) => (int)((hash ^ (hash << 29)) >> _shift);

    private int Find(ReadOnlySpan<char> text, ulong hash)
    {
        for (var index = Start(hash); _slots[index].PiecePlusOne != 0; index = (index + 1) & (_slots.Length - 1))
        {
            var slot = _slots[index];
            if (slot.Tag == (uint)(hash >> 16) && text.SequenceEqual(_pieces[slot.PiecePlusOne - 1]))
            {
                return slot.Id;
            }
        }

        return -1;
    }

    private void Add(string piece, int id, int place)
    {
        var hash = 0UL;
        foreach (var unit in piece)
        {
            hash = Step(hash, unit);
        }

        var index = Start(hash);
        while (_slots[index].PiecePlusOne != 0)
        {
            index = (index + 1) & (_slots.Length - 1);
        }

        _pieces[place] = piece;
        _slots[index] = new Slot((uint)(hash >> 16), place + 1, id);
        _maxLength = Math.Max(_maxLength, piece.Length);
    }

    private readonly record struct Slot(uint Tag, int PiecePlusOne, int Id);
}
