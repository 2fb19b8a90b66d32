using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>The pieces of a vocabulary as byte strings, in a hash table with open addressing.</summary>
internal sealed class BytePieces
{
    private readonly Slot[] _slots;
    private readonly int _shift;
    private readonly Piece[] _pieces;
    private readonly byte[] _bytes;
    private int _used;

    /// <summary>Creates a table.</summary>
    /// <param name="ids">One more than the largest id.</param>
    /// <param name="totalBytes">Maximum total length of all pieces.</param>
    public BytePieces(int ids, int totalBytes)
    {
        var bits = 4;
        while (1L << bits < ids * 3L / 2)
        {
            bits++;
        }

        _slots = new Slot[1 << bits];
        _shift = 64 - bits;
        _pieces = new Piece[ids];
        _bytes = new byte[totalBytes];
    }

    /// <summary>Length of the longest piece, in bytes.</summary>
    public int MaxLength { get; private set; }

    /// <summary>Returns the bytes of a piece; empty for an id without one.</summary>
    public ReadOnlySpan<byte> BytesOf(int id) => _bytes.AsSpan(_pieces[id].Start, _pieces[id].Length);

    /// <summary>Adds a new piece, which is not empty.</summary>
    public void Add(int id, ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_bytes.AsSpan(_used));
        MaxLength = Math.Max(MaxLength, piece.Length);

        var content = new Piece(_used, piece.Length);
        _pieces[id] = content;
        _used += piece.Length;
        var hash = Hash(piece);
        var index = (int)(hash >> _shift);
        while (_slots[index].IdPlusOne != 0)
        {
            index = (index + 1) & (_slots.Length - 1);
        }

        _slots[index] = new Slot((uint)hash, id + 1, content);
    }

    /// <summary>Returns the id of a piece, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ReadOnlySpan<byte> piece) => Find(piece, Hash(piece));

    /// <summary>Returns the id of a piece whose hash is known, or −1.</summary>
    public int Find(ReadOnlySpan<byte> piece, ulong hash)
    {
        var slots = _slots;
        var index = (int)(hash >> _shift);
        while ((uint)index < (uint)slots.Length && slots[index].IdPlusOne != 0)
        {
            ref readonly var slot = ref slots[index];
            if (slot.Tag == (uint)hash && _bytes.AsSpan(slot.Content.Start, slot.Content.Length).SequenceEqual(piece))
            {
                return slot.IdPlusOne - 1;
            }

            index = (index + 1) & (slots.Length - 1);
        }

        return -1;
    }

    /// <summary>Hashes bytes, with good upper and lower bits.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
        ref var first = ref MemoryMarshal.GetReference(bytes);
        var length = bytes.Length;
        var hash = (ulong)length * 0xC2B2_AE3D_27D4_EB4F;
        if (length >= 8)
        {
            for (var i = 0; i < length - 8; i += 8)
            {
                hash = Mix(hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, i)), Multiplier);
            }

            hash ^= Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length - 8));
        }
        else if (length >= 4)
        {
            hash ^= Unsafe.ReadUnaligned<uint>(ref first) | ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, length - 4)) << 32);
        }
        else if (length > 0)
        {
            hash ^= first | ((ulong)Unsafe.Add(ref first, length >> 1) << 8) | ((ulong)Unsafe.Add(ref first, length - 1) << 16);
        }

        return Mix(hash, Multiplier);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value, ulong multiplier)
    {
        var high = Math.BigMul(value ^ 0xA076_1D64_78BD_642F, multiplier, out var low);
        return high ^ low;
    }

    private readonly record struct Piece(int Start, int Length);

    // Repeats the piece's location, so that a search touches only this table and the bytes.
    private readonly record struct Slot(uint Tag, int IdPlusOne, Piece Content);
}
