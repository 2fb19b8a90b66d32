using System.Buffers.Binary;
using System.Text;

namespace RerankFunctions.Fuzz.Mutations;

/// <summary>Mutates an ONNX file at its fields: operators, names, attributes, shapes, small constants and encodings. Some mutations hit any byte.</summary>
internal static class GraphMutation
{
    private static readonly string[] Words =
    [
        "Add", "And", "ArgMax", "Cast", "Concat", "ConstantOfShape", "CumSum", "Div", "Einsum", "Equal", "Expand", "Gather",
        "GatherElements", "GatherND", "Gemm", "If", "Loop",
        "MatMul", "Mod", "NonZero", "OneHot", "Pad", "Pow", "Range", "ReduceMean", "Reshape", "Resize", "Scan", "ScatterND", "Shape",
        "Slice", "Softmax", "Split", "Sqrt",
        "Squeeze", "Tile", "TopK", "Transpose", "Trilu", "Unsqueeze", "Where", "axis", "axes", "to", "perm", "", "../x", "com.microsoft", "logits", "input_ids",
    ];

    public static byte[] Mutate(byte[] model, List<ProtoNode> parsed, Random random)
    {
        if (random.Next(5) == 0)
        {
            return ByteMutation.Mutate(model, random);
        }

        var changes = new List<Action>();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            changes.Add(Once(parsed, random));
        }

        try
        {
            return ProtoNode.Write(parsed);
        }
        finally
        {
            // The parsed model is shared by all cases.
            changes.Reverse();
            changes.ForEach(undo => undo());
        }
    }

    /// <returns>An action that undoes the change.</returns>
    private static Action Once(List<ProtoNode> root, Random random)
    {
        var (list, at) = Pick(root, random);
        var node = list[at];
        switch (random.Next(9))
        {
            case 0:
                list.RemoveAt(at);
                return () => list.Insert(at, node);
            case 1:
                var (others, other) = Pick(root, random);
                list.Insert(at, others[other].Copy());
                return () => list.RemoveAt(at);
            case 2:
                var (from, index) = Pick(root, random);
                list[at] = from[index].Copy();
                return () => list[at] = node;
            case 3:
                var field = node.Field;
                node.Field = random.Next(1, 26);
                return () => node.Field = field;
            case 4 or 5:
                return Obscure(list, at, random);
            default:
                var (number, bytes) = (node.Number, node.Bytes);
                node.Number = Number(node.Number, random);
                node.Bytes = Bytes(node.Bytes, random);
                return () => (node.Number, node.Bytes) = (number, bytes);
        }
    }

    /// <summary>Encodes a field in a way that parsers may read differently.</summary>
    private static Action Obscure(List<ProtoNode> list, int at, Random random)
    {
        var node = list[at];
        var (wire, number, bytes, padding) = (node.Wire, node.Number, node.Bytes, node.Padding);
        switch (random.Next(4))
        {
            case 0:
                var twin = node.Copy();
                twin.Number = Number(node.Number, random);
                list.Insert(at + random.Next(2), twin);
                return () => list.Remove(twin);
            case 1:
                node.Number += 1ul << 32;
                break;
            case 2:
                node.Padding = random.Next(1, 10);
                break;
            default:
                node.Wire = node.Wire == 0 ? 5 : 0;
                node.Bytes = node.Wire == 5 ? BitConverter.GetBytes((uint)number) : bytes;
                break;
        }

        return () => (node.Wire, node.Number, node.Bytes, node.Padding) = (wire, number, bytes, padding);
    }

    /// <summary>Picks a field by descending at random.</summary>
    private static (List<ProtoNode> List, int At) Pick(List<ProtoNode> root, Random random)
    {
        var list = root;
        while (true)
        {
            var at = random.Next(list.Count);
            if (list[at].Children is not { Count: > 0 } children || random.Next(8) == 0)
            {
                // The model has few fields of its own; the graph is the one that matters.
                if (ReferenceEquals(list, root) && random.Next(4) != 0)
                {
                    continue;
                }

                return (list, at);
            }

            list = children;
        }
    }

    private static ulong Number(ulong number, Random random) => random.Next(7) switch
    {
        0 => 0,
        1 => number + 1,
        2 => number - 1,
        3 => ulong.MaxValue,
        4 => (ulong)random.Next(20),
        5 => 1ul << random.Next(64),
        _ => (ulong)random.NextInt64(),
    };

    private static byte[] Bytes(byte[] bytes, Random random)
    {
        if (bytes.Length % 8 == 0 && bytes.Length is > 0 and <= 64 && random.Next(2) == 0)
        {
            var changed = (byte[])bytes.Clone();
            BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(8 * random.Next(bytes.Length / 8)), (long)Number((ulong)random.Next(10), random));
            return changed;
        }

        return random.Next(2) == 0 ? Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]) : ByteMutation.Mutate(bytes, random);
    }
}
