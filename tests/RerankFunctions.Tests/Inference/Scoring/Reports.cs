using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Tests.Inference.Scoring;

/// <summary>Scores as they were reported.</summary>
internal sealed class Reports : IProgress<IReadOnlyList<PairScore>>
{
    public List<PairScore> Seen { get; } = [];

    public void Report(IReadOnlyList<PairScore> value) => Seen.AddRange(value);
}
