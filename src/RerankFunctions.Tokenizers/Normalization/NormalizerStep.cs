using RerankFunctions.Tokenizers.Reading;
using RerankFunctions.Tokenizers.Text;

namespace RerankFunctions.Tokenizers.Normalization;

/// <summary>One step of a Unigram model's <c>normalizer</c>.</summary>
internal abstract class NormalizerStep
{
    private const int MaxSteps = 64;

    // SentencePiece's own map makes 18 units of one.
    private const long MaxGrowth = 64;

    /// <summary>Maximum number of UTF-16 units that the step makes of one; at least 1.</summary>
    public abstract int Growth { get; }

    /// <summary>
    /// Returns whether the step leaves a unit as it is, whatever stands beside it, at the end of a text too. For a space, the answer is for one
    /// between two units that the step leaves as they are.
    /// </summary>
    public abstract bool Keeps(char unit);

    /// <summary>Applies the step to a text in place.</summary>
    public abstract void Apply(NormalizedText text);

    /// <summary>Reads the part: one step, a sequence of steps, or none.</summary>
    public static NormalizerStep[] Read(JsonPart? part)
    {
        var steps = new List<NormalizerStep>();
        if (part is { } normalizer)
        {
            Read(normalizer, steps);
            if (steps.Aggregate(1L, (growth, step) => Math.Min(growth * step.Growth, int.MaxValue)) > MaxGrowth)
            {
                throw normalizer.Error($"can make more than {MaxGrowth} characters of one; fewer are allowed.");
            }
        }

        return [.. steps];
    }

    private static void Read(JsonPart part, List<NormalizerStep> steps)
    {
        var type = part.Type();
        if (type == "Sequence")
        {
            part.AllowOnly("type", "normalizers");
            foreach (var item in part.Required("normalizers").Items())
            {
                Read(item, steps);
            }

            return;
        }

        if (steps.Count == MaxSteps)
        {
            throw part.Error($"exceeds the maximum of {MaxSteps} steps.");
        }

        steps.Add(type switch
        {
            "Precompiled" => CharsMapStep.Create(part),
            "Strip" => StripStep.Create(part),
            "Replace" => ReplaceStep.Create(part),
            _ => throw part.Error($"has an unknown type: {JsonPart.Shown(type)}."),
        });
    }
}
