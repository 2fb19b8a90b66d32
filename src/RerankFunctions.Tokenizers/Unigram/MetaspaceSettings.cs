using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>The <c>Metaspace</c> component, which is pre-tokenizer and decoder.</summary>
/// <param name="Replacement">The mark that stands for a space, U+2581 as a rule.</param>
/// <param name="Prepend">Where a mark goes before a text.</param>
/// <param name="Split">Whether the text is cut before each mark.</param>
internal sealed record MetaspaceSettings(char Replacement, PrependScheme Prepend, bool Split)
{
    /// <summary>Reads the part, in its present form or the older one with <c>add_prefix_space</c>.</summary>
    public static MetaspaceSettings Read(JsonPart part)
    {
        part.AllowOnly("type", "replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep");
        var replacement = part.Required("replacement");
        if (replacement.Character() is not [var mark])
        {
            throw replacement.Error("is outside the Basic Multilingual Plane.");
        }

        var prefix = part.Boolean("add_prefix_space", whenMissing: true);
        var prepend = PrependScheme.Always;
        if (part.Optional("prepend_scheme") is { } scheme)
        {
            prepend = scheme.String() switch
            {
                "always" => PrependScheme.Always,
                "first" => PrependScheme.First,
                "never" => PrependScheme.Never,
                var other => throw scheme.Error($"is not known: {JsonPart.Shown(other)}."),
            };
            if (!prefix && prepend != PrependScheme.Never)
            {
                throw scheme.Error("contradicts \"add_prefix_space\".");
            }
        }
        else if (!prefix)
        {
            prepend = PrependScheme.Never;
        }

        return new MetaspaceSettings(mark, prepend, part.Boolean("split", whenMissing: true));
    }
}
