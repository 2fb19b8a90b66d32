namespace RerankFunctions.Contracts;

/// <summary>Where a job is found.</summary>
/// <param name="Self">URL of its status.</param>
public sealed record JobLinks(string Self);
