namespace RerankFunctions.Inference.Onnx;

/// <summary>One walk over the protobuf of a model file. <see cref="OnnxFileValidation"/> says what it checks.</summary>
/// <param name="folder">The folder of the graph, for the sizes of weights beside it; null to collect their names only.</param>
internal sealed class OnnxModelWalk(string? folder)
{
    // ONNX Runtime's parser stops at 100.
    private const int MaxDepth = 64;
    private const int MaxFields = 8_000_000;
    private const int MaxDims = 16;
    private const long MaxElements = 1L << 40;

    private readonly Dictionary<string, long> _weightBytes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _attributeNames = new(StringComparer.Ordinal);
    private readonly List<long> _dims = [];
    private int _fields;

    /// <summary>Files of weights that the tensors so far name.</summary>
    public IReadOnlyCollection<string> Locations => _weightBytes.Keys;

    /// <summary>Walks over a model.</summary>
    /// <exception cref="OnnxFormatException">The model is damaged, ambiguous or beyond a limit.</exception>
    public void Visit(ReadOnlySpan<byte> model) => Visit(model, OnnxMessage.Model, 0);

    private void Visit(ReadOnlySpan<byte> message, OnnxMessage type, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new OnnxFormatException($"its messages are nested more than {MaxDepth} deep");
        }

        // A bit for each field that may occur once; bit 0 is the message's oneof. Parsers take the last of a repeated one, the first, or merge them.
        var seen = 0UL;
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            if (++_fields > MaxFields)
            {
                throw new OnnxFormatException($"it has more than {MaxFields:N0} fields");
            }

            if (OnnxSchema.Find(type, reader.Field) is not { } field)
            {
                continue;
            }

            if (!field.IsRepeated)
            {
                var bit = 1UL << (field.IsOneOf ? 0 : reader.Field);
                if ((seen & bit) != 0)
                {
                    throw new OnnxFormatException($"field {reader.Field} of a message of type {type} occurs more than once");
                }

                seen |= bit;
            }

            Visit(reader, field, depth);
        }

        Check(message, type, seen);
    }

    private void Visit(in ProtoReader reader, OnnxField field, int depth)
    {
        switch (field.Kind)
        {
            case OnnxFieldKind.Message:
                reader.Require(ProtoReader.Bytes);
                Visit(reader.Value, field.Child, depth + 1);
                break;
            case OnnxFieldKind.Text:
                reader.RequireText();
                break;
            case OnnxFieldKind.Bytes:
                reader.Require(ProtoReader.Bytes);
                break;
            case OnnxFieldKind.Enumeration:
                if (reader.ReadInt32() is var value && (value < 0 || value > field.Max))
                {
                    throw new OnnxFormatException($"field {reader.Field} of a message in it is {value}; allowed are 0 to {field.Max}");
                }

                break;
            case OnnxFieldKind.Varint32 or OnnxFieldKind.Varint64 when field.IsRepeated:
                reader.CountIntegers(are32Bits: field.Kind == OnnxFieldKind.Varint32);
                break;
            case OnnxFieldKind.Varint32:
                reader.ReadInt32();
                break;
            case OnnxFieldKind.Varint64:
                reader.ReadInt64();
                break;
            case OnnxFieldKind.Fixed32 or OnnxFieldKind.Fixed64 when field.IsRepeated:
                reader.CountFixed(field.Kind == OnnxFieldKind.Fixed32 ? sizeof(float) : sizeof(double));
                break;
            case OnnxFieldKind.Fixed32 or OnnxFieldKind.Fixed64:
                reader.Require(field.Kind == OnnxFieldKind.Fixed32 ? ProtoReader.Fixed32 : ProtoReader.Fixed64);
                break;
        }
    }

    private void Check(ReadOnlySpan<byte> message, OnnxMessage type, ulong seen)
    {
        switch (type)
        {
            case OnnxMessage.Model when (seen & (1UL << OnnxFields.Model.Graph)) == 0:
                throw new OnnxFormatException("it holds no graph");
            case OnnxMessage.Node:
                CheckAttributeNames(message);
                break;
            case OnnxMessage.Tensor:
                CheckTensor(message);
                break;
            case OnnxMessage.Value:
                CheckValue(message);
                break;
        }
    }

    private void CheckAttributeNames(ReadOnlySpan<byte> node)
    {
        _attributeNames.Clear();
        for (var reader = new ProtoReader(node); reader.Next();)
        {
            if (reader.Field == OnnxFields.Node.Attribute && OnnxAttribute.NameOf(reader.Value) is var name && !_attributeNames.Add(name))
            {
                throw new OnnxFormatException($"a node in it has the attribute {PrintableName.Of(name)} more than once");
            }
        }
    }

    private static void CheckValue(ReadOnlySpan<byte> value)
    {
        var parsed = OnnxValue.Read(value);
        if (parsed.Dims is { } dims && dims.Any(dim => dim.Value < 0))
        {
            throw new OnnxFormatException($"{PrintableName.Of(parsed.Name)} has a negative dimension");
        }
    }

    private void CheckTensor(ReadOnlySpan<byte> tensor)
    {
        var layout = OnnxTensorLayout.Read(tensor, _dims, MaxDims);
        var name = PrintableName.Of(layout.Name);
        var bits = OnnxDataTypes.BitsOf(layout.DataType) ?? throw new OnnxFormatException($"tensor {name} has the unknown element type {(int)layout.DataType}");
        var elements = 1L;
        foreach (var dim in _dims)
        {
            if (dim < 0)
            {
                throw new OnnxFormatException($"tensor {name} has a negative dimension");
            }

            elements = dim != 0 && elements > MaxElements / dim ? throw new OnnxFormatException($"tensor {name} is too large") : elements * dim;
        }

        var bytes = ((elements * bits) + 7) / 8;
        if (layout.IsExternal)
        {
            CheckExternal(layout, name, bits, bytes);
        }
        else if (!layout.Holds(elements, bytes, bits))
        {
            throw new OnnxFormatException($"tensor {name} does not hold the data that its shape asks for");
        }
    }

    private void CheckExternal(OnnxTensorLayout layout, string name, int bits, long bytes)
    {
        if (bits == 0)
        {
            throw new OnnxFormatException($"tensor {name} is text, which cannot be outside the file");
        }

        if (layout.HasData)
        {
            throw new OnnxFormatException($"tensor {name} holds data both inside the file and outside");
        }

        if (layout.ExternalLength is { } length && length != bytes)
        {
            throw new OnnxFormatException($"tensor {name} has {length} bytes of weights, but its shape asks for {bytes}");
        }

        if (!_weightBytes.TryGetValue(layout.Location, out var available))
        {
            _ = ExternalWeights.PathOf(folder ?? string.Empty, layout.Location);
            available = folder is null ? long.MaxValue : LengthOf(folder, layout.Location);
            _weightBytes.Add(layout.Location, available);
        }

        if (layout.Offset > available || bytes > available - layout.Offset)
        {
            throw new OnnxFormatException($"tensor {name} extends beyond the end of {PrintableName.Of(layout.Location)}");
        }
    }

    private static long LengthOf(string folder, string location)
    {
        using var file = ExternalWeights.Open(folder, location);
        return RandomAccess.GetLength(file);
    }
}
