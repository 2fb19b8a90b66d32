namespace RerankFunctions.Http;

/// <summary>What <c>/healthz</c> answers.</summary>
/// <param name="Status"><c>up</c>.</param>
internal sealed record HealthAnswer(string Status);
