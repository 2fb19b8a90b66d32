using RerankFunctions.Tokenizers.Reading;

namespace RerankFunctions.Tokenizers.Unigram;

/// <summary>The <c>Metaspace</c> component, both pre-tokenizer and decoder.</summary>
/// <param name="Replacement">The mark that replaces a space, usually U+2581.</param>
/// <param name="Prepend">When a text gets a mark at its start.</param>
/// <param name="Split">Whether the text is split before each mark.</param>
internal sealed record MetaspaceSettings(char Replacement, PrependScheme Prepend, bool Split)
{
    /// <summary>Reads the part in its current form or the older one with <c>add_prefix_space</c>.</summary>
    public static MetaspaceSettings Read(JsonPart part)
    {
        part.AllowOnly("type", "replacement", "prepend_scheme", "split", "add_prefix_space", "str_rep");
        var replacement = part.Required("replacement");
        if (replacement.Character() is not [var mark])
        {
            throw replacement.Error("is outside the Basic Multilingual Plane.");
        }

        if (mark == ' ')
        {
            throw replacement.Error("is a space; another character is allowed.");
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
                var other => throw scheme.Error($"is unknown: {JsonPart.Shown(other)}."),
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
