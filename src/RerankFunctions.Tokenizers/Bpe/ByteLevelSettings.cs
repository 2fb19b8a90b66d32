using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Bpe;

/// <summary>The split of text into words: the <c>ByteLevel</c> pre-tokenizer, alone or after a <c>Split</c>.</summary>
/// <param name="Pattern">Where words end; null if a text is one word.</param>
/// <param name="AddPrefixSpace">Whether a text that does not start with a space gets one.</param>
internal sealed record ByteLevelSettings(SplitPattern? Pattern, bool AddPrefixSpace)
{
    /// <summary>Reads the <c>pre_tokenizer</c> part.</summary>
    /// <param name="model">The <c>model</c> part, named in the error if there is no pre-tokenizer.</param>
    /// <param name="part">The part.</param>
    public static ByteLevelSettings Read(JsonPart model, JsonPart? part)
    {
        if (part is not { } preTokenizer)
        {
            throw model.Error("is BPE without a pre-tokenizer of type \"ByteLevel\", which is not supported.");
        }

        return preTokenizer.Type() switch
        {
            "ByteLevel" => ReadByteLevel(preTokenizer),
            "Sequence" => ReadSequence(preTokenizer),
            var other => throw preTokenizer.Error($"is of a type that is not supported with BPE: {JsonPart.Shown(other)}."),
        };
    }

    private static ByteLevelSettings ReadByteLevel(JsonPart part)
    {
        part.AllowOnly("type", "add_prefix_space", "trim_offsets", "use_regex");
        var prefix = part.Required("add_prefix_space").Boolean();
        _ = part.Boolean("trim_offsets", whenMissing: true);
        return new ByteLevelSettings(part.Boolean("use_regex", whenMissing: true) ? SplitPattern.Gpt2 : null, prefix);
    }

    private static ByteLevelSettings ReadSequence(JsonPart part)
    {
        part.AllowOnly("type", "pretokenizers");
        var list = part.Required("pretokenizers");
        JsonPart[] items = [.. list.Items()];
        if (items.Length == 1)
        {
            return Read(part, items[0]);
        }

        if (items.Length != 2 || items[0].Type() != "Split" || items[1].Type() != "ByteLevel")
        {
            throw list.Error("is not \"Split\" and \"ByteLevel\", the only sequence that is supported with BPE.");
        }

        var pattern = ReadSplit(items[0]);
        var byteLevel = ReadByteLevel(items[1]);
        if (byteLevel.Pattern is not null || byteLevel.AddPrefixSpace)
        {
            throw items[1].Error("splits or adds spaces again after a \"Split\", which is not supported.");
        }

        return byteLevel with { Pattern = pattern };
    }

    private static SplitPattern ReadSplit(JsonPart part)
    {
        part.AllowOnly("type", "pattern", "behavior", "invert");
        var pattern = part.Required("pattern");
        pattern.AllowOnly("Regex");
        var expression = pattern.Required("Regex");
        if (expression.String() != SplitPattern.Qwen2Expression)
        {
            throw expression.Error($"is unknown: {JsonPart.Shown(expression.String())}.");
        }

        var behavior = part.Required("behavior");
        if (behavior.String() != "Isolated")
        {
            throw behavior.Error("is not \"Isolated\".");
        }

        if (part.Required("invert").Boolean())
        {
            throw part.Required("invert").Error("is true, which is not supported.");
        }

        return SplitPattern.Qwen2;
    }
}
