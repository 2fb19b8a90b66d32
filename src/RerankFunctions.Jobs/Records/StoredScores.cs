using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Jobs.Records;

/// <summary>Scores of a part of a job's pairs, as an attempt stores them for the attempts after it.</summary>
/// <param name="Revision">Revision of the model that gave them.</param>
/// <param name="Scores">The scores.</param>
public sealed record StoredScores(string Revision, IReadOnlyList<PairScore> Scores);
