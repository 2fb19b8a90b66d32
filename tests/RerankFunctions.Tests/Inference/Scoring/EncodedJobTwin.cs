using RerankFunctions.Inference.Families;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>Pairs of given lengths.</summary>
/// <param name="lengths">Number of tokens of each pair.</param>
/// <param name="prefix">What the pairs begin with; null for nothing.</param>
internal sealed class EncodedJobTwin(int[] lengths, TokenPrefix? prefix = null) : EncodedJob
{
    public override int Count => lengths.Length;

    public override TokenPrefix Prefix => prefix ?? TokenPrefix.Empty;

    public override int LengthOf(int pair) => lengths[pair];

    public override int TokensOf(int pair) => Prefix.Length + lengths[pair];

    public override bool IsTruncated(int pair) => false;

    public override bool IsQueryTruncated(int pair) => false;

    protected override void Dispose(bool disposing)
    {
        // Holds nothing.
    }
}
