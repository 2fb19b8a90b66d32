using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>The split of text into words by a Unigram model's <c>pre_tokenizer</c>.</summary>
/// <param name="OnWhiteSpace">Whether text is split at white space, which is dropped (<c>WhitespaceSplit</c>).</param>
/// <param name="Metaspace">How spaces become marks after that; null if they do not.</param>
internal sealed record WordSplit(bool OnWhiteSpace, MetaspaceSettings? Metaspace)
{
    /// <summary>Reads the part.</summary>
    public static WordSplit Read(JsonPart? part)
    {
        if (part is not { } preTokenizer)
        {
            return new WordSplit(false, null);
        }

        if (preTokenizer.Type() != "Sequence")
        {
            return Add(new WordSplit(false, null), preTokenizer);
        }

        preTokenizer.AllowOnly("type", "pretokenizers");
        return preTokenizer.Required("pretokenizers").Items().Aggregate(new WordSplit(false, null), Add);
    }

    private static WordSplit Add(WordSplit split, JsonPart part)
    {
        var type = part.Type();
        if (split.Metaspace is not null)
        {
            throw part.Error("comes after \"Metaspace\", which must be the last.");
        }

        switch (type)
        {
            case "WhitespaceSplit":
                part.AllowOnly("type");
                return split with { OnWhiteSpace = true };
            case "Metaspace":
                return split with { Metaspace = MetaspaceSettings.Read(part) };
            default:
                throw part.Error($"has an unknown type: {JsonPart.Shown(type)}.");
        }
    }
}
