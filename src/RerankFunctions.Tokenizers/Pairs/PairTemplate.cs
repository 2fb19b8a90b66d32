using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Pairs;

/// <summary>The special tokens around a query and a document: the <c>pair</c> template of the file's <c>post_processor</c>.</summary>
public sealed class PairTemplate
{
    private const int MaxParts = 64;
    private const int MaxTypeId = 1023;

    private readonly PairPart[] _parts;

    internal PairTemplate(IEnumerable<PairPart> parts)
    {
        _parts = [.. parts];
        SpecialTokens = _parts.Count(part => part.Kind == PairPartKind.Special);
    }

    /// <summary>Number of special tokens of a pair.</summary>
    public int SpecialTokens { get; }

    internal ReadOnlySpan<PairPart> Parts => _parts;

    /// <summary>The ids of the special tokens, with duplicates.</summary>
    internal IEnumerable<int> SpecialIds =>
        _parts.Where(part => part.Kind == PairPartKind.Special).Select(part => part.Id);

    // The document has type id 1 even without special tokens.
    private static PairTemplate Bare => new([PairPart.Query(0), PairPart.Document(1)]);

    /// <summary>
    /// Reads the part: one post-processor, or a sequence with at most one that is not <c>ByteLevel</c>. Without a post-processor, and with
    /// <c>ByteLevel</c>, which only changes offsets, a pair is query and document without special tokens.
    /// </summary>
    internal static PairTemplate Read(JsonPart? part)
    {
        if (part is not { } processor)
        {
            return Bare;
        }

        return processor.Type() == "Sequence" ? ReadSequence(processor) : ReadOne(processor);
    }

    private static PairTemplate ReadSequence(JsonPart sequence)
    {
        sequence.AllowOnly("type", "processors");
        PairTemplate? template = null;
        foreach (var processor in sequence.Required("processors").Items())
        {
            var read = ReadOne(processor);
            if (processor.Type() == "ByteLevel")
            {
                continue;
            }

            if (template is not null)
            {
                throw processor.Error("is a second post-processor that adds special tokens.");
            }

            template = read;
        }

        return template ?? Bare;
    }

    private static PairTemplate ReadOne(JsonPart processor)
    {
        var type = processor.Type();
        return type switch
        {
            "TemplateProcessing" => ReadTemplate(processor),
            "BertProcessing" => ReadBert(processor),
            "RobertaProcessing" => ReadRoberta(processor),
            "ByteLevel" => Bare,
            _ => throw processor.Error($"has an unknown type: {JsonPart.Shown(type)}."),
        };
    }

    private static PairTemplate ReadTemplate(JsonPart processor)
    {
        processor.AllowOnly("type", "single", "pair", "special_tokens");
        var special = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var (name, token) in processor.Required("special_tokens").Members())
        {
            token.AllowOnly("id", "ids", "tokens");
            special[name] = [.. token.Required("ids").Items().Select(id => id.Integer(0, int.MaxValue))];
        }

        var parts = new List<PairPart>();
        var pair = processor.Required("pair");
        foreach (var item in pair.Items())
        {
            item.AllowOnly("SpecialToken", "Sequence");
            if (item.Optional("Sequence") is { } sequence)
            {
                sequence.AllowOnly("id", "type_id");
                var typeId = sequence.Required("type_id").Integer(0, MaxTypeId);
                var id = sequence.Required("id");
                parts.Add(id.String() switch
                {
                    "A" => PairPart.Query(typeId),
                    "B" => PairPart.Document(typeId),
                    _ => throw id.Error("is neither \"A\" nor \"B\"."),
                });
            }
            else
            {
                var token = item.Required("SpecialToken");
                token.AllowOnly("id", "type_id");
                var typeId = token.Required("type_id").Integer(0, MaxTypeId);
                var id = token.Required("id");
                if (!special.TryGetValue(id.String(), out var ids))
                {
                    throw id.Error("is not in \"special_tokens\".");
                }

                parts.AddRange(ids.Select(value => PairPart.Special(value, typeId)));
            }

            if (parts.Count > MaxParts)
            {
                throw pair.Error($"has more than {MaxParts} parts.");
            }
        }

        if (parts.Count(part => part.Kind == PairPartKind.Query) != 1 || parts.Count(part => part.Kind == PairPartKind.Document) != 1)
        {
            throw pair.Error("does not contain each of the sequences A and B once.");
        }

        return new PairTemplate(parts);
    }

    private static PairTemplate ReadBert(JsonPart processor)
    {
        processor.AllowOnly("type", "sep", "cls");
        var (separator, start) = (ReadToken(processor.Required("sep")), ReadToken(processor.Required("cls")));
        return new PairTemplate(
            [PairPart.Special(start, 0), PairPart.Query(0), PairPart.Special(separator, 0), PairPart.Document(1), PairPart.Special(separator, 1)]);
    }

    private static PairTemplate ReadRoberta(JsonPart processor)
    {
        processor.AllowOnly("type", "sep", "cls", "trim_offsets", "add_prefix_space");
        var (separator, start) = (ReadToken(processor.Required("sep")), ReadToken(processor.Required("cls")));
        return new PairTemplate(
        [
            PairPart.Special(start, 0), PairPart.Query(0), PairPart.Special(separator, 0),
            PairPart.Special(separator, 0), PairPart.Document(0), PairPart.Special(separator, 0),
        ]);
    }

    // A token is written as ["</s>", 2].
    private static int ReadToken(JsonPart part)
    {
        JsonPart[] items = [.. part.Items()];
        if (items.Length != 2)
        {
            throw part.Error("is not an array of a token and its id.");
        }

        _ = items[0].String();
        return items[1].Integer(0, int.MaxValue);
    }
}
