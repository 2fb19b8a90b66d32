using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Unicode;

namespace RerankFunctions.Tokenizers.WordPiece;

/// <summary>The <c>BertNormalizer</c> component.</summary>
/// <param name="CleanText">Control characters are deleted, white space becomes spaces.</param>
/// <param name="HandleChineseChars">Ideographs are separate words.</param>
/// <param name="StripAccents">NFD, then nonspacing marks are deleted.</param>
/// <param name="Lowercase">Lower case by code point.</param>
internal sealed record BertSettings(bool CleanText, bool HandleChineseChars, bool StripAccents, bool Lowercase)
{
    /// <summary>Reads the part. If <c>strip_accents</c> is null, it equals <c>lowercase</c>.</summary>
    public static BertSettings Read(JsonPart part)
    {
        if (part.Type() is var type && type != "BertNormalizer")
        {
            throw part.Error($"is of a type that is not supported with WordPiece: {JsonPart.Shown(type)}.");
        }

        part.AllowOnly("type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
        var lowercase = part.Required("lowercase").Boolean();
        var settings = new BertSettings(
            part.Required("clean_text").Boolean(),
            part.Required("handle_chinese_chars").Boolean(),
            part.Boolean("strip_accents", whenMissing: lowercase),
            lowercase);
        if (settings.StripAccents)
        {
            CanonicalNormalizer.RequireAvailable(part);
        }

        return settings;
    }
}
