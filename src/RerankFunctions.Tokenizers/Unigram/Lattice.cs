using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>
/// The best path through a word: Viterbi from the start in double precision, where a later path replaces an earlier one only if it is
/// better. Used by one thread at a time.
/// </summary>
internal sealed class Lattice
{
    private const int KeptUnits = 64 * 1024;
    private const int UnitsPerCheck = 4096;

    private ushort[] _codes = new ushort[256];
    private Node[] _nodes = new Node[257];
    private (int Id, int Start, int End)[] _path = new (int, int, int)[256];

    /// <summary>Appends the ids of one word.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scores">The scores: the model's, or those for text of users.</param>
    /// <param name="word">The word, without lone surrogates.</param>
    /// <param name="addMark">Whether to put a mark before the word.</param>
    /// <param name="offset">Start of the word in the text that the sink's offsets refer to.</param>
    /// <param name="sink">Receives the ids.</param>
    /// <param name="markUnits">Length of the mark in that text: 1 if a space or mark is there, 0 if it was added.</param>
    public void Encode(UnigramModel model, double[] scores, ReadOnlySpan<char> word, bool addMark, int offset, TokenSink sink, int markUnits = 0)
    {
        var mark = addMark ? 1 : 0;
        var length = word.Length + mark;
        Reserve(length);
        var hasSurrogates = Translate(model, word, mark);
        FindBest(model, scores, length, hasSurrogates ? word : [], mark, sink.CancellationToken);

        var tokens = 0;
        for (var end = length; end > 0;)
        {
            var (start, id) = (_nodes[end].Start, _nodes[end].Id);
            if (id == model.UnknownId)
            {
                // Adjacent unknowns are one token, which is looked up again as a whole.
                while (start > 0 && _nodes[start].Id == model.UnknownId)
                {
                    start = _nodes[start].Start;
                }

                var whole = model.Trie.Find(_codes.AsSpan(start, end - start));
                id = whole >= 0 && !double.IsNegativeInfinity(scores[whole]) ? whole : id;
            }

            _path[tokens++] = (id, start, end);
            end = start;
        }

        while (tokens > 0)
        {
            var (id, start, end) = _path[--tokens];
            sink.Add(id, offset + OffsetOf(start, mark, markUnits), offset + OffsetOf(end, mark, markUnits));
        }

        if (length > KeptUnits)
        {
            (_codes, _nodes, _path) = (new ushort[256], new Node[257], new (int, int, int)[256]);
        }
    }

    private static int OffsetOf(int position, int mark, int markUnits) => position == 0 ? 0 : position - mark + markUnits;

    private bool Translate(UnigramModel model, ReadOnlySpan<char> word, int mark)
    {
        _codes[0] = model.MarkCode;
        var codes = model.Trie.Codes;
        var target = _codes.AsSpan(mark, word.Length);
        var surrogates = false;
        for (var i = 0; i < word.Length; i++)
        {
            target[i] = codes[word[i]];
            surrogates |= char.IsSurrogate(word[i]);
        }

        return surrogates;
    }

    private void FindBest(
        UnigramModel model, double[] scores, int length, ReadOnlySpan<char> surrogateText, int mark, CancellationToken cancellationToken)
    {
        var nodes = _nodes.AsSpan(0, length + 1);
        nodes.Fill(Node.NotReached);
        nodes[0].Score = 0;

        ref var cells = ref MemoryMarshal.GetReference(model.Trie.Cells);
        ref var codes = ref MemoryMarshal.GetArrayDataReference(_codes);
        var ids = model.Trie.Ids;
        for (var start = 0; start < length; start++)
        {
            if ((start + 1) % UnitsPerCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var scoreHere = nodes[start].Score;
            if (double.IsNegativeInfinity(scoreHere))
            {
                continue;
            }

            var single = !surrogateText.IsEmpty && start >= mark && char.IsHighSurrogate(surrogateText[start - mark]) ? 2 : 1;
            var hasSingle = false;
            var node = PieceTrie.Root;
            for (var end = start; end < length;)
            {
                // In range: the trie reserves cells behind its last node for a step by any code.
                var next = Unsafe.Add(ref cells, node).Base + Unsafe.Add(ref codes, end);
                ref var cell = ref Unsafe.Add(ref cells, next);
                if (cell.Parent != node)
                {
                    break;
                }

                node = next;
                end++;
                if (cell.EndsPiece)
                {
                    var id = ids[node];
                    var score = scores[id] + scoreHere;
                    ref var target = ref nodes[end];
                    if (score > target.Score)
                    {
                        target = new Node(score, start, id);
                    }

                    hasSingle |= end - start == single && !double.IsNegativeInfinity(score);
                }
            }

            if (!hasSingle)
            {
                var score = model.UnknownScore + scoreHere;
                ref var target = ref nodes[start + single];
                if (score > target.Score)
                {
                    target = new Node(score, start, model.UnknownId);
                }
            }
        }
    }

    private void Reserve(int length)
    {
        if (length > _codes.Length)
        {
            var size = Math.Max(length, _codes.Length * 2);
            (_codes, _nodes, _path) = (new ushort[size], new Node[size + 1], new (int, int, int)[size]);
        }
    }

    private struct Node(double score, int start, int id)
    {
        public double Score = score;
        public int Start = start;
        public int Id = id;

        public static Node NotReached => new(double.NegativeInfinity, -1, -1);
    }
}
