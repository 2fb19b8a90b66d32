using RerankFunctions.Inference.Abstractions;

namespace RerankFunctions.Http;

/// <summary>The model of a worker. Why one cannot be loaded stands in the log alone: anybody may ask, and the reason names files.</summary>
/// <param name="Status"><c>loading</c>, <c>loaded</c> or <c>failed</c>.</param>
/// <param name="Name">Name by which requests call it.</param>
/// <param name="Description">What is known of it once loaded.</param>
internal sealed record ModelState(string Status, string Name, ModelDescription? Description = null);
