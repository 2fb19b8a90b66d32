namespace RerankFunctions.Contracts;

/// <summary>How far a job is.</summary>
/// <param name="Total">Pairs to score.</param>
/// <param name="Scored">Pairs scored so far, 0 to <paramref name="Total"/>.</param>
public sealed record JobProgress(int Total, int Scored);
