using RerankFunctions.Inference.Graphs.Quantization;

namespace RerankFunctions.Tests.Support;

/// <summary>A theory on weights with sign; skipped, by name, where the processor would saturate.</summary>
public sealed class VnniTheoryAttribute : TheoryAttribute
{
    public VnniTheoryAttribute()
    {
        if (WeightEncodings.OfProcessor != WeightEncoding.Signed)
        {
            Skip = "the processor has no VNNI";
        }
    }
}
