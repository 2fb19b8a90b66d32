using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Normalization;

/// <summary>The <c>Strip</c> normalizer: removes white space at the ends.</summary>
internal sealed class StripStep(bool left, bool right) : NormalizerStep
{
    /// <inheritdoc/>
    public override int Growth => 1;

    /// <summary>Reads the part.</summary>
    public static StripStep Create(JsonPart part)
    {
        part.AllowOnly("type", "strip_left", "strip_right");
        return new StripStep(part.Required("strip_left").Boolean(), part.Required("strip_right").Boolean());
    }

    /// <inheritdoc/>
    public override bool Keeps(char unit) => unit == ' ' || !char.IsWhiteSpace(unit);

    /// <inheritdoc/>
    public override void Apply(NormalizedText text)
    {
        var units = text.Units;
        var end = right ? units.TrimEnd().Length : units.Length;
        var start = left && !text.Continues ? end - units[..end].TrimStart().Length : 0;
        if (start > 0 || end < units.Length)
        {
            text.Keep(start, end);
        }
    }
}
