using RerankFunctions.Inference;

namespace RerankFunctions.Http;

/// <summary>The model of a worker.</summary>
/// <param name="Status"><c>loading</c>, <c>loaded</c> or <c>failed</c>.</param>
/// <param name="Name">Name by which requests call it.</param>
/// <param name="Description">What is known of it once loaded.</param>
/// <param name="Error">Why it cannot be loaded: which file, and why.</param>
internal sealed record ModelState(string Status, string Name, ModelDescription? Description = null, string? Error = null);
