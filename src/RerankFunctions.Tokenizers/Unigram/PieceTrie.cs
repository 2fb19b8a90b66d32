using System.Runtime.CompilerServices;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>
/// The pieces of a vocabulary as a double array over codes: UTF-16 units numbered by frequency, which keeps the array small. Code 0 is for
/// units that no piece contains.
/// </summary>
internal sealed class PieceTrie
{
    /// <summary>The root node.</summary>
    public const int Root = 0;

    private readonly ushort[] _codes;
    private readonly Cell[] _cells;
    private readonly int[] _ids;

    internal PieceTrie(ushort[] codes, Cell[] cells, int[] ids)
    {
        _codes = codes;
        _cells = cells;
        _ids = ids;
    }

    /// <summary>The code of each UTF-16 unit; 65,536 entries.</summary>
    public ReadOnlySpan<ushort> Codes => _codes;

    /// <summary>The cells. A step from any node by any code stays inside.</summary>
    public ReadOnlySpan<Cell> Cells => _cells;

    /// <summary>The id of the piece that ends at a node, or −1.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Returns the id of the piece with exactly these codes, or −1.</summary>
    public int Find(ReadOnlySpan<ushort> codes)
    {
        var node = Root;
        foreach (var code in codes)
        {
            var next = _cells[node].Base + code;
            if (_cells[next].Parent != node)
            {
                return -1;
            }

            node = next;
        }

        return _ids[node];
    }

    /// <summary>One cell of the double array.</summary>
    internal struct Cell
    {
        private int _baseAndFlag;

        /// <summary>The parent node; −1 for a free cell.</summary>
        public int Parent;

        /// <summary>Start of the node's children: the child by a code is at this index plus the code.</summary>
        public readonly int Base
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => _baseAndFlag >> 1;
        }

        /// <summary>Whether a piece ends here.</summary>
        public readonly bool EndsPiece
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => (_baseAndFlag & 1) != 0;
        }

        public void Set(int childrenStart, bool endsPiece) => _baseAndFlag = (childrenStart << 1) | (endsPiece ? 1 : 0);
    }
}
